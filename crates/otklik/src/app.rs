//! The whole program at a glance: every route with its right, every job, every text.

use std::ops::Deref;
use std::sync::Arc;

use kit::jobs::Registry;
use kit::migrate::Script;

use crate::access::{self, Noun, change, see};
use crate::doors::{Table, api};

use crate::surveys::writer::Writer;
use crate::{imports, insight, staff, standards, surveys};

/// What every door holds: the ground and the writer of answers.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub ground: Arc<kit::Ground>,
    pub answers: Writer,
    pub memory: crate::surveys::intake::Memory,
    pub watch: crate::watch::Watch,
    /// Set when the administrator said what we are called.
    pub hosts: std::sync::OnceLock<crate::doors::Hosts>,
}

impl App {
    /// Today in the company's time zone, in days since 1970.
    #[must_use]
    pub fn today(&self, actor: &kit::Actor) -> i64 {
        kit::time::day_number(self.ground.now().date(&actor.zone))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    #[must_use]
    pub fn new(ground: Arc<kit::Ground>, answers: Writer) -> Self {
        let (memory, watch, hosts) = Default::default();
        Self(Arc::new(Inner { ground, answers, memory, watch, hosts }))
    }

    /// Begins an act.
    ///
    /// # Errors
    /// `Busy` when the database does not answer in time.
    pub async fn write(&self, actor: &kit::Actor) -> kit::Result<kit::Tx> {
        self.ground.write(actor).await
    }
}

/// Migrations, in order.
pub const MIGRATIONS: &[Script] = &[
    Script { name: "0001_ground", sql: include_str!("../../../migrations/0001_ground.sql") },
    Script { name: "0002_standards", sql: include_str!("../../../migrations/0002_standards.sql") },
];

/// Texts of all features.
pub const TEXTS: [&[&str]; 2] = [
    &[
        include_str!("texts.ru.ftl"),
        include_str!("layout/texts.ru.ftl"),
        include_str!("access/texts.ru.ftl"),
        include_str!("backup/texts.ru.ftl"),
        include_str!("surveys/texts.ru.ftl"),
        include_str!("surveys/client/texts.ru.ftl"),
        include_str!("staff/texts.ru.ftl"),
        include_str!("insight/texts.ru.ftl"),
        include_str!("insight/thread/texts.ru.ftl"),
        include_str!("imports/texts.ru.ftl"),
        include_str!("standards/editing/texts.ru.ftl"),
        include_str!("standards/editing/lint.ru.ftl"),
        include_str!("standards/duties/texts.ru.ftl"),
        include_str!("standards/quizzes/texts.ru.ftl"),
        include_str!("standards/onboarding/texts.ru.ftl"),
        include_str!("standards/library/texts.ru.ftl"),
    ],
    &[
        include_str!("texts.en.ftl"),
        include_str!("layout/texts.en.ftl"),
        include_str!("access/texts.en.ftl"),
        include_str!("backup/texts.en.ftl"),
        include_str!("surveys/texts.en.ftl"),
        include_str!("surveys/client/texts.en.ftl"),
        include_str!("staff/texts.en.ftl"),
        include_str!("insight/texts.en.ftl"),
        include_str!("insight/thread/texts.en.ftl"),
        include_str!("imports/texts.en.ftl"),
        include_str!("standards/editing/texts.en.ftl"),
        include_str!("standards/editing/lint.en.ftl"),
        include_str!("standards/duties/texts.en.ftl"),
        include_str!("standards/quizzes/texts.en.ftl"),
        include_str!("standards/onboarding/texts.en.ftl"),
        include_str!("standards/library/texts.en.ftl"),
    ],
];

/// Every route, with what it asks of whoever comes.
pub fn routes(t: &mut Table) {
    use Noun::{
        Account, Audit, Branch, Department, Employee, Export, Home, Import, Invitation, Mark, Metric, Org, OutgoingPause,
        Response, Survey, Token, Touchpoint, User,
    };
    use axum::routing::{get, post};

    // The company, its places and people
    t.api(api!(access::api::places::org), see(Org));
    t.api(api!(access::api::places::edit_org), change(Org));
    t.api(api!(access::api::outgoing::show), see(OutgoingPause));
    t.api(api!(access::api::outgoing::create), change(OutgoingPause));
    t.api(api!(access::api::outgoing::remove), change(OutgoingPause));
    t.api(api!(access::api::places::branches), see(Branch));
    t.api(api!(access::api::places::create_branch), change(Branch));
    t.api(api!(access::api::places::branch), see(Branch));
    t.api(api!(access::api::places::edit_branch), change(Branch));
    t.api(api!(access::api::places::close_branch), change(Branch));
    t.api(api!(access::api::places::reopen_branch), change(Branch));
    t.api(api!(staff::api::departments), see(Department));
    t.api(api!(staff::api::create_department), change(Department));
    t.api(api!(staff::api::department), see(Department));
    t.api(api!(staff::api::edit_department), change(Department));
    t.api(api!(staff::api::employees), see(Employee));
    t.api(api!(staff::api::create_employee), change(Employee));
    t.api(api!(staff::api::employee), see(Employee));
    t.api(api!(staff::api::edit_employee), change(Employee));
    t.api(api!(access::api::places::touchpoints), see(Touchpoint));
    t.api(api!(access::api::places::create_touchpoint), change(Touchpoint));
    t.api(api!(access::api::places::starter), change(Touchpoint));
    t.api(api!(access::api::places::touchpoint), see(Touchpoint));
    t.api(api!(access::api::places::edit_touchpoint), change(Touchpoint));
    t.api(api!(access::api::places::marks), see(Mark));
    t.api(api!(access::api::places::create_mark), change(Mark));
    t.api(api!(access::api::places::mark), see(Mark));
    t.api(api!(access::api::places::edit_mark), change(Mark));
    t.api(api!(access::api::places::remove_mark), change(Mark));
    t.api(api!(access::api::places::audit), see(Audit));
    t.api(api!(access::api::account::account), see(Account));
    t.api(api!(access::api::account::edit_account), change(Account));
    t.api(api!(access::api::account::change_password), change(Account));
    t.api(api!(access::api::account::sessions), see(Account));
    t.api(api!(access::api::account::end_session), change(Account));
    t.api(api!(access::api::people::users), see(User));
    t.api(api!(access::api::people::create_user), change(User));
    t.api(api!(access::api::people::user), see(User));
    t.api(api!(access::api::people::edit_user), change(User));
    t.api(api!(access::api::people::revoke_user), change(User));
    t.api(api!(access::api::people::invite), change(User));
    t.api(api!(access::api::people::reset), change(User));
    t.api(api!(access::api::people::tokens), see(Token));
    t.api(api!(access::api::people::create_token), change(Token));
    t.api(api!(access::api::people::token), see(Token));
    t.api(api!(access::api::people::revoke_token), change(Token));
    access_pages(t);

    // Hearing clients
    t.api(api!(surveys::api::list), see(Survey));
    t.api(api!(surveys::api::create), change(Survey));
    t.api(api!(surveys::api::show), see(Survey));
    t.api(api!(surveys::api::edit), change(Survey));
    t.api(api!(surveys::api::publish), change(Survey));
    t.api(api!(surveys::api::close), change(Survey));
    t.api(api!(surveys::api::copy), change(Survey));
    t.api(api!(surveys::api::templates), see(Survey));
    t.api(api!(surveys::api::copy_template), change(Survey));
    t.api(api!(surveys::links::api::list), see(Survey));
    t.api(api!(surveys::links::api::qr), see(Survey));
    t.page("GET", "/surveys", get(surveys::pages::list), see(Survey));
    t.page("GET", "/surveys/new", get(surveys::pages::choose), change(Survey));
    t.page("POST", "/surveys/new", post(surveys::pages::create), change(Survey));
    t.page("GET", "/surveys/{id}", get(surveys::pages::show), see(Survey));
    t.page("POST", "/surveys/{id}/publication", post(surveys::pages::publish), change(Survey));
    t.page("POST", "/surveys/{id}/closure", post(surveys::pages::close), change(Survey));
    t.page("POST", "/surveys/{id}/copy", post(surveys::pages::copy), change(Survey));
    t.page("GET", "/surveys/{id}/edit", get(surveys::pages::edit::show), change(Survey));
    t.page("POST", "/surveys/{id}/edit", post(surveys::pages::edit::save), change(Survey));
    t.page("GET", "/surveys/{id}/draft", get(surveys::pages::edit::draft), change(Survey));
    t.page("POST", "/surveys/{id}/draft", post(surveys::pages::edit::autosave), change(Survey));
    t.page("GET", "/surveys/{id}/preview", get(surveys::preview::show), see(Survey));
    t.page("GET", "/surveys/{id}/qr.svg", get(surveys::links::api::qr), see(Survey));
    t.page("GET", "/surveys/{id}/sheet", get(surveys::links::pages::sheet), see(Survey));
    t.page("GET", "/surveys/{id}/responses", get(surveys::responses::pages::of_survey), see(Response));
    t.page("GET", "/responses", get(surveys::responses::pages::all), see(Response));
    t.page("GET", "/responses/{id}", get(surveys::responses::pages::one), see(Response));
    t.page("POST", "/responses/{id}/removal", post(surveys::responses::pages::remove), change(Response));
    t.api(api!(surveys::responses::api::of_survey), see(Response));
    t.api(api!(surveys::responses::api::all), see(Response));
    t.api(api!(surveys::api::response), see(Response));
    t.api(api!(surveys::api::remove_response), change(Response));

    // Personal links
    t.api(api!(surveys::invitations::api::list), see(Invitation));
    t.api(api!(surveys::invitations::api::create), change(Invitation));
    t.api(api!(surveys::invitations::api::show), see(Invitation));
    t.page("GET", "/surveys/{id}/invitations", get(surveys::invitations::pages::list), see(Invitation));
    t.page("POST", "/surveys/{id}/invitations", post(surveys::invitations::pages::create), change(Invitation));

    writing(t);
    knowing(t);
    testing(t);
    borrowing(t);

    // Files in and out
    t.api(api!(imports::api::list), see(Import));
    t.api_upload(api!(imports::api::create), change(Import));
    t.api_upload(api!(imports::api::look), change(Import));
    t.api(api!(imports::api::show), see(Import));
    t.api(api!(imports::api::rejects), see(Import));
    t.api(api!(imports::api::export), see(Export));
    t.page("GET", "/imports", get(imports::pages::list), see(Import));
    t.page("GET", "/imports/new", get(imports::pages::choose), change(Import));
    t.page(
        "POST",
        "/imports/new",
        post(imports::pages::upload).layer(axum::extract::DefaultBodyLimit::disable()),
        change(Import),
    );
    t.page("GET", "/imports/new/{id}", get(imports::pages::mapping::show), change(Import));
    t.page("POST", "/imports/new/{id}", post(imports::pages::mapping::start), change(Import));
    t.page("GET", "/imports/{id}", get(imports::pages::show), see(Import));
    t.page("GET", "/imports/{id}/progress", get(imports::pages::progress), see(Import));
    t.page("GET", "/imports/{id}/rejects", get(imports::pages::rejects), see(Import));
    t.page("GET", "/exports", get(imports::pages::exports), see(Export));
    // The page’s button takes the very same stream.
    t.page("GET", "/exports/{kind}", get(imports::api::export), see(Export));

    // Figures
    t.api(api!(insight::api::list), see(Metric));
    t.api(api!(insight::api::show), see(Metric));
    t.page("GET", "/", get(insight::pages::overview), see(Home));
    t.page("GET", "/search", get(insight::search::page), see(Home));
    t.page("GET", "/figures", get(insight::pages::catalogue), see(Metric));
    t.page("GET", "/figures/{key}", get(insight::pages::figure), see(Metric));
    t.page("GET", "/figures/{key}/table.csv", get(insight::pages::table), see(Metric));
    t.api(api!(insight::thread::api::thread), see(Noun::Standard));
    t.api(api!(insight::thread::api::orphans), see(Noun::Standard));
    t.api(api!(insight::thread::api::effect), see(Noun::Standard));
    t.page("GET", "/items/{id}/thread", get(insight::thread::pages::thread), see(Noun::Standard));
    t.page("GET", "/items/{id}/strands", get(insight::thread::pages::strands), see(Noun::Standard));
    t.page("GET", "/standards/{id}/effect", get(insight::thread::pages::effect), see(Noun::Standard));
    t.page("GET", "/standards/orphans", get(insight::thread::pages::orphans), see(Noun::Standard));
    t.page("POST", "/overview/marks", post(insight::pages::mark), change(Mark));

    // What clients meet
    t.client("GET", "/s/{code}", get(surveys::public::page));
    t.client_described(api!(surveys::public::submit));
    t.client("GET", "/s/{code}/thanks", get(surveys::public::thanks));
    t.client("GET", "/i/{token}", get(surveys::invitations::door::page));
    t.client("POST", "/i/{token}", post(surveys::invitations::door::submit));
    t.public("GET", "/assets/{file}", get(crate::doors::asset));
    t.public("GET", "/health/live", get(crate::doors::live));
    t.public("GET", "/health/ready", get(crate::doors::ready));
    t.described(api!(crate::watch::metrics));
}

/// Pages of the door, the settings and the staff.
fn access_pages(t: &mut Table) {
    use Noun::{Account, Audit, Branch, Department, Employee, Home, Mark, Org, OutgoingPause, Token, Touchpoint, User};
    use access::pages::{
        account, branches, choices, entrance, marks, org, outgoing, setup, tokens, touchpoints, users, views, ways_in,
    };
    use axum::routing::{get, post};
    use staff::pages as staff_pages;

    t.public("GET", "/setup", get(setup::show));
    t.entrance("POST", "/setup", post(setup::create));
    t.public("GET", "/login", get(entrance::sign_in_form));
    t.entrance("POST", "/login", post(entrance::sign_in));
    t.entrance("POST", "/logout", post(entrance::sign_out));
    t.public("GET", "/companies", get(entrance::companies));
    t.entrance("POST", "/companies", post(entrance::choose));
    t.public("GET", "/invitation/{token}", get(entrance::invitation));
    t.entrance("POST", "/invitation/{token}", post(entrance::accept));
    t.public("GET", "/code", get(entrance::code_form));
    t.entrance("POST", "/code", post(entrance::code));
    t.public("GET", "/reset", get(entrance::reset_form));
    t.entrance("POST", "/reset", post(entrance::ask_reset));
    t.public("GET", "/reset/{token}", get(entrance::new_password_form));
    t.entrance("POST", "/reset/{token}", post(entrance::new_password));

    t.page("GET", "/settings", get(account::settings), see(Home));
    t.page("GET", "/account", get(account::show), see(Account));
    t.page("POST", "/account", post(account::save), change(Account));
    t.page("POST", "/account/password", post(account::password), change(Account));
    t.page("POST", "/account/sessions", post(account::end_others), change(Account));
    t.page("POST", "/account/sessions/{id}/removal", post(account::end_one), change(Account));
    t.page("GET", "/org", get(org::org), see(Org));
    t.page("POST", "/org", post(org::save_org), change(Org));
    t.page("POST", "/outgoing-pause", post(outgoing::pause), change(OutgoingPause));
    t.page("POST", "/outgoing-pause/removal", post(outgoing::resume), change(OutgoingPause));
    t.page("GET", "/branches", get(branches::branches), see(Branch));
    t.page("GET", "/branches/new", get(branches::new_branch), change(Branch));
    t.page("POST", "/branches", post(branches::create_branch), change(Branch));
    t.page("GET", "/branches/{id}", get(branches::branch), see(Branch));
    t.page("POST", "/branches/{id}", post(branches::save_branch), change(Branch));
    t.page("POST", "/branches/{id}/closure", post(branches::close_branch), change(Branch));
    t.page("POST", "/branches/{id}/reopening", post(branches::reopen_branch), change(Branch));
    t.page("GET", "/choices/branches", get(choices::branches), see(Branch));
    t.page("GET", "/choices/open-branches", get(choices::open_branches), see(Branch));
    t.page("GET", "/choices/employees", get(choices::employees), see(Employee));
    t.page("GET", "/departments", get(staff_pages::departments), see(Department));
    t.page("GET", "/departments/new", get(staff_pages::new_department), change(Department));
    t.page("POST", "/departments", post(staff_pages::create_department), change(Department));
    t.page("GET", "/departments/{id}", get(staff_pages::department), see(Department));
    t.page("POST", "/departments/{id}", post(staff_pages::save_department), change(Department));
    t.page("GET", "/employees", get(staff_pages::employees), see(Employee));
    t.page("GET", "/employees/new", get(staff_pages::new_employee), change(Employee));
    t.page("POST", "/employees", post(staff_pages::create_employee), change(Employee));
    t.page("GET", "/employees/{id}", get(staff_pages::employee), see(Employee));
    t.page("POST", "/employees/{id}", post(staff_pages::save_employee), change(Employee));
    t.page("GET", "/touchpoints", get(touchpoints::touchpoints), see(Touchpoint));
    t.page("GET", "/touchpoints/new", get(touchpoints::new_touchpoint), change(Touchpoint));
    t.page("POST", "/touchpoints", post(touchpoints::create_touchpoint), change(Touchpoint));
    t.page("POST", "/touchpoints/starter", post(touchpoints::starter), change(Touchpoint));
    t.page("GET", "/touchpoints/{id}", get(touchpoints::touchpoint), see(Touchpoint));
    t.page("POST", "/touchpoints/{id}", post(touchpoints::save_touchpoint), change(Touchpoint));
    t.page("GET", "/marks", get(marks::marks), see(Mark));
    t.page("POST", "/marks", post(marks::create_mark), change(Mark));
    t.page("GET", "/marks/{id}", get(marks::mark), change(Mark));
    t.page("POST", "/marks/{id}", post(marks::save_mark), change(Mark));
    t.page("POST", "/marks/{id}/removal", post(marks::remove_mark), change(Mark));
    t.page("POST", "/views", post(views::save), change(Account));
    t.page("POST", "/views/{id}/removal", post(views::remove), change(Account));
    t.page("POST", "/marks/{id}/restoration", post(marks::restore_mark), change(Mark));
    t.page("GET", "/audit", get(org::audit), see(Audit));
    t.page("GET", "/users", get(users::users), see(User));
    t.page("GET", "/users/new", get(users::new_user), change(User));
    t.page("POST", "/users", post(users::create_user), change(User));
    t.page("GET", "/users/{id}", get(users::user), see(User));
    t.page("POST", "/users/{id}", post(users::save_user), change(User));
    t.page("POST", "/users/{id}/revocation", post(users::revoke), change(User));
    t.page("POST", "/users/{id}/restoration", post(users::restore), change(User));
    t.page("POST", "/users/{id}/invitation", post(ways_in::invite), change(User));
    t.page("POST", "/users/{id}/password-reset", post(ways_in::reset), change(User));
    t.page("GET", "/tokens", get(tokens::tokens), see(Token));
    t.page("POST", "/tokens", post(tokens::create_token), change(Token));
    t.page("POST", "/tokens/{id}/removal", post(tokens::revoke_token), change(Token));
}

/// Standards: how they are written.
fn writing(t: &mut Table) {
    use Noun::{Approval, Proposal, Standard};
    use standards::editing::api::{items, proposals, standards as api, versions, withdrawal};

    t.api(api!(api::list), see(Standard));
    t.api(api!(api::create), change(Standard));
    t.api(api!(api::search), see(Standard));
    t.api(api!(api::tip), see(Standard));
    t.api(api!(api::calendar), see(Standard));
    t.api(api!(api::show), see(Standard));
    t.api(api!(api::edit), change(Standard));
    t.api(api!(api::order), change(Standard));
    t.api(api!(api::publish), change(Standard));
    t.api(api!(api::send), change(Standard));
    t.api(api!(api::take_back), change(Standard));
    t.api(api!(api::approve), change(Approval));
    t.api(api!(api::send_back), change(Approval));
    t.api(api!(withdrawal::withdraw), change(Standard));
    t.api(api!(withdrawal::restore), change(Standard));
    t.api(api!(api::lint), see(Standard));
    t.api(api!(versions::list), see(Standard));
    t.api(api!(versions::show), see(Standard));
    t.api(api!(versions::difference), see(Standard));
    t.api(api!(items::list), see(Standard));
    t.api(api!(items::create), change(Standard));
    t.api(api!(items::show), see(Standard));
    t.api(api!(items::edit), change(Standard));
    t.api(api!(items::retire), change(Standard));
    t.api(api!(items::keep), change(Standard));
    t.api(api!(items::history), see(Standard));
    t.api(api!(proposals::all), see(Proposal));
    t.api(api!(proposals::of_standard), see(Proposal));
    t.api(api!(proposals::create), change(Proposal));
    t.api(api!(proposals::show), see(Proposal));
    t.api(api!(proposals::accept), change(Standard));
    t.api(api!(proposals::refuse), change(Standard));
    t.api_upload(api!(standards::editing::examples::create), change(Standard));
    t.api(api!(standards::editing::examples::show), see(Standard));
    writing_pages(t);
}

/// The pages of standards.
fn writing_pages(t: &mut Table) {
    use Noun::{Proposal, Standard};
    use axum::routing::{get, post};
    use standards::editing::pages::{autosave, desk, edit, item, list, proposals, publish, show, versions, withdrawal};

    t.page("GET", "/standards", get(list::list), see(Standard));
    t.page("GET", "/standards/new", get(list::fresh), change(Standard));
    t.page("POST", "/standards/new", post(list::create), change(Standard));
    t.page("GET", "/standards/calendar", get(list::calendar), see(Standard));
    t.page("GET", "/standards/{id}", get(show::show), see(Standard));
    t.page("GET", "/standards/{id}/edit", get(edit::show), change(Standard));
    t.page("POST", "/standards/{id}/edit", post(edit::save_head), change(Standard));
    t.page("POST", "/standards/{id}/items", post(edit::add), change(Standard));
    t.page("POST", "/standards/{id}/order", post(edit::order), change(Standard));
    t.page("GET", "/standards/{id}/publish", get(publish::show), change(Standard));
    t.page("POST", "/standards/{id}/publish", post(publish::publish), change(Standard));
    t.page("POST", "/standards/{id}/forecast", post(publish::line), change(Standard));
    t.page("GET", "/standards/{id}/review", get(publish::review_show), change(Standard));
    t.page("POST", "/standards/{id}/review", post(publish::review_act), change(Standard));
    t.page("POST", "/standards/{id}/withdrawal", post(withdrawal::withdraw), change(Standard));
    t.page("POST", "/standards/{id}/restoration", post(withdrawal::restore), change(Standard));
    t.page("GET", "/standards/{id}/versions", get(versions::list), see(Standard));
    t.page("GET", "/standards/{id}/versions/{version}", get(versions::one), see(Standard));
    t.page("GET", "/standards/{id}/diff", get(versions::difference), see(Standard));
    t.page("POST", "/standards/{id}/proposals", post(item::propose_new), change(Proposal));
    t.page("GET", "/items/{id}", get(item::show), see(Standard));
    t.page("POST", "/items/{id}/edit", post(edit::save), change(Standard));
    t.page("POST", "/items/{id}/draft", post(autosave::autosave), change(Standard));
    t.page("POST", "/items/{id}/retirement", post(edit::retire), change(Standard));
    t.page("POST", "/items/{id}/proposals", post(item::propose), change(Proposal));
    let upload = post(standards::editing::examples::attach).layer(axum::extract::DefaultBodyLimit::max(21 * 1024 * 1024));
    t.page("POST", "/items/{id}/example", upload, change(Standard));
    t.page("POST", "/items/{id}/example/removal", post(standards::editing::examples::detach), change(Standard));
    t.page("GET", "/files/{file}", get(standards::editing::examples::show), see(Standard));
    t.page("GET", "/proposals", get(proposals::list), see(Proposal));
    t.page("POST", "/proposals/{id}/decision", post(proposals::decide), change(Standard));
    t.page("GET", "/rules", get(desk::show), see(Standard));
}

/// Standards: duties and signatures.
fn knowing(t: &mut Table) {
    use Noun::{Absence, Duty, Metric, Sheet, Signature};
    use axum::routing::{get, post};
    use standards::duties::{api, pages};

    t.api(api!(api::of_standard), see(Duty));
    t.api(api!(api::of_employee), see(Duty));
    t.api(api!(api::own), see(Duty));
    t.api(api!(api::sign), change(Signature));
    t.api(api!(api::signature), see(Signature));
    t.api(api!(api::bundle), see(Signature));
    t.api(api!(api::sheet), change(Sheet));
    t.api(api!(api::absences), see(Absence));
    t.api(api!(api::create_absence), change(Absence));
    t.api(api!(api::remove_absence), change(Absence));
    t.page("GET", "/duties", get(pages::own), see(Duty));
    t.page("GET", "/duties/{id}", get(pages::read), see(Duty));
    t.page("POST", "/duties/{id}/signature", post(pages::sign), change(Signature));
    t.page("GET", "/signatures/{id}", get(pages::signature), see(Signature));
    t.page("GET", "/signatures/{id}/bundle", get(api::bundle), see(Signature));
    t.page("GET", "/standards/knowledge", get(pages::known::show), see(Metric));
    t.page("GET", "/standards/{id}/people", get(pages::people::show), see(Duty));
    t.page("GET", "/standards/{id}/people/progress", get(pages::people::progress), see(Duty));
    t.page("GET", "/standards/{id}/sheet", get(pages::sheet::show), see(Sheet));
    t.page("POST", "/standards/{id}/sheets", post(pages::sheet::enter), change(Sheet));
    t.page("GET", "/employees/{id}/duties", get(pages::people::person), see(Duty));
    t.page("POST", "/employees/{id}/absences", post(pages::people::away), change(Absence));
    t.page("POST", "/absences/{id}/removal", post(pages::people::back), change(Absence));
}

/// Standards: quizzes and newcomers.
fn testing(t: &mut Table) {
    use Noun::{Attempt, Newcomer, Quiz, QuizResult, Step, Track};
    use axum::routing::{get, post};
    use standards::onboarding::api as onboarding;
    use standards::onboarding::pages as track_pages;
    use standards::quizzes::api as quizzes;
    use standards::quizzes::pages as quiz_pages;

    t.api(api!(quizzes::list), see(Quiz));
    t.api(api!(quizzes::create), change(Quiz));
    t.api(api!(quizzes::show), see(Quiz));
    t.api(api!(quizzes::edit), change(Quiz));
    t.api(api!(quizzes::close), change(Quiz));
    t.api(api!(quizzes::results::results), see(QuizResult));
    t.api(api!(quizzes::attempts), see(Attempt));
    t.api(api!(quizzes::attempt), change(Attempt));
    t.api(api!(quizzes::show_attempt), see(Attempt));
    t.api(api!(quizzes::submit), change(Attempt));
    t.api(api!(quizzes::put_submission), change(Attempt));
    t.page("GET", "/quizzes", get(quiz_pages::list), see(Quiz));
    t.page("GET", "/quizzes/new", get(quiz_pages::edit::new), change(Quiz));
    t.page("POST", "/quizzes/new", post(quiz_pages::edit::create), change(Quiz));
    t.page("GET", "/quizzes/{id}", get(quiz_pages::show), see(Quiz));
    t.page("GET", "/quizzes/{id}/edit", get(quiz_pages::edit::show), change(Quiz));
    t.page("POST", "/quizzes/{id}/edit", post(quiz_pages::edit::save), change(Quiz));
    t.page("POST", "/quizzes/{id}/closure", post(quiz_pages::close), change(Quiz));
    t.page("POST", "/quizzes/{id}/attempts", post(quiz_pages::begin), change(Attempt));
    t.page("GET", "/quizzes/{id}/results", get(quiz_pages::results::show), see(QuizResult));
    t.page("GET", "/attempts/{id}", get(quiz_pages::attempt), see(Attempt));
    t.page("POST", "/attempts/{id}/submission", post(quiz_pages::submit), change(Attempt));
    t.page("GET", "/onboarding-tracks", get(track_pages::tracks::list), see(Track));
    t.page("GET", "/onboarding-tracks/new", get(track_pages::edit::new), change(Track));
    t.page("POST", "/onboarding-tracks/new", post(track_pages::edit::create), change(Track));
    t.page("POST", "/onboarding-tracks/starter", post(track_pages::edit::starter), change(Track));
    t.page("GET", "/onboarding-tracks/{id}", get(track_pages::edit::show), see(Track));
    t.page("POST", "/onboarding-tracks/{id}", post(track_pages::edit::save), change(Track));
    t.page("GET", "/newcomers", get(track_pages::list), see(Newcomer));
    t.page("GET", "/newcomers/new", get(track_pages::new), change(Newcomer));
    t.page("POST", "/newcomers/new", post(track_pages::begin), change(Newcomer));
    t.page("GET", "/newcomers/mine", get(track_pages::mine), see(Newcomer));
    t.page("GET", "/newcomers/{id}", get(track_pages::show), see(Newcomer));
    t.page("POST", "/newcomers/{id}/steps/{n}", post(track_pages::tick), change(Step));
    t.page("POST", "/newcomers/{id}/steps/{n}/undo", post(track_pages::untick), change(Step));
    t.api(api!(onboarding::tracks), see(Track));
    t.api(api!(onboarding::create_track), change(Track));
    t.api(api!(onboarding::starter), change(Track));
    t.api(api!(onboarding::track), see(Track));
    t.api(api!(onboarding::edit_track), change(Track));
    t.api(api!(onboarding::newcomers), see(Newcomer));
    t.api(api!(onboarding::begin), change(Newcomer));
    t.api(api!(onboarding::newcomer), see(Newcomer));
    t.api(api!(onboarding::tick), change(Step));
    t.api(api!(onboarding::untick), change(Step));
}

/// Standards: items out of the library, and out of pasted text and files.
fn borrowing(t: &mut Table) {
    use Noun::Standard;
    use axum::extract::DefaultBodyLimit;
    use axum::routing::{get, post};
    use standards::library::{api, pages};

    t.api(api!(api::library), see(Standard));
    t.api(api!(api::add_starters), change(Standard));
    t.api_upload(api!(api::paste), change(Standard));
    t.page("GET", "/library", get(pages::begin), change(Standard));
    t.page("POST", "/library", post(pages::make), change(Standard));
    t.page("GET", "/standards/{id}/library", get(pages::show), change(Standard));
    t.page("POST", "/standards/{id}/library", post(pages::add), change(Standard));
    t.page("GET", "/standards/{id}/paste", get(pages::paste::show), change(Standard));
    let open = DefaultBodyLimit::disable;
    t.page("POST", "/standards/{id}/paste", post(pages::paste::look).layer(open()), change(Standard));
    t.page("POST", "/standards/{id}/paste/items", post(pages::paste::add).layer(open()), change(Standard));
}

/// Every job.
pub fn jobs() -> Registry<App> {
    let mut jobs = Registry::default();
    access::jobs::register(&mut jobs);
    jobs.on_outgoing(surveys::invitations::jobs::SEND, surveys::invitations::jobs::send);
    jobs.on(imports::jobs::RUN, imports::jobs::run);
    standards::duties::jobs::register(&mut jobs);
    crate::sweep::register(&mut jobs);
    jobs
}
