//! Pages of employees and departments.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, from_value};
use kit::{Actor, Error, Reach, Result, Role};
use serde_json::Value as Json;
use uuid::Uuid;

use super::Which;
use super::rules::{DepartmentForm, EmployeeForm};
use crate::access::choose::{self, What};
use crate::access::{Noun, change, places, reach, see};
use crate::app::App;
use crate::doors::go;
use crate::layout::simple::{Again, FormPage, ListPage, Row, Typed, errors};
use crate::layout::{Errors, Field, Flash, Frame, State as Look};
use crate::thing::{Sent, sent};

/// What the address of a page may carry.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Ask {
    pub after: Option<String>,
    #[serde(default)]
    pub q: String,
    #[serde(default)]
    pub branch: String,
    #[serde(default)]
    pub done: String,
    #[serde(default)]
    pub view: String,
}

fn frame(actor: &Actor, title: String, done: &str) -> Frame {
    let t = T::new(actor.lang);
    let frame = crate::doors::frame(actor, title, "staff");
    match done {
        "added" | "saved" => frame.flash(Flash::good(t.s(&format!("access-done-{done}")))),
        _ => frame,
    }
}

fn may_change(actor: &Actor) -> bool {
    reach(actor.role, change(Noun::Employee)).is_some()
}

/// The branch that the filter names. What fits none or several is said beside it, and the list stays whole.
async fn chosen(app: &App, actor: &Actor, typed: &str) -> Result<(Option<Uuid>, Errors)> {
    match choose::resolve(&app.ground.db, actor, What::Branch, "branch", typed).await {
        Ok(branch) => Ok((branch, Errors::none())),
        Err(Error::Invalid(faults)) => Ok((None, errors(&faults, T::new(actor.lang)))),
        Err(other) => Err(other),
    }
}

/// Employees, with a search and a branch.
///
/// # Errors
/// `Invalid` for a foreign cursor, `Forbidden` for another branch.
pub async fn employees(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let (branch, errors) = chosen(&app, &actor, &ask.branch).await?;
    let which = Which { branch, department: None };
    let wanted = crate::access::api::wanted(Some(50), ask.after.clone(), Some(ask.q.clone()))?;
    let list = super::employees(&app.ground.db, &actor, &wanted, &which).await?;
    let empty = ("users", t.s("staff-employees-empty"), t.s("staff-employees-why"));
    let pairs = [("q", &ask.q), ("branch", &ask.branch), ("view", &ask.view)];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs.iter().filter(|p| !p.1.is_empty())).finish();
    let top = frame(&actor, t.s("staff-employees"), &ask.done);
    let top = crate::doors::with_views(top, &app.ground.db, &actor, "/employees", &query).await?;
    let mut page = ListPage::new(top, empty);
    page.lead = t.s("staff-employees-why");
    if may_change(&actor) {
        page.add = ("/employees/new".into(), t.s("staff-employee-new"));
    }
    page.search = Some((ask.q.clone(), t.s("staff-employees-search")));
    let value = branch.map_or_else(|| ask.branch.clone(), |id| id.to_string());
    let filter = Field::select("branch", t.s("staff-branch")).value(value).placeholder(t.s("staff-all-branches"));
    page.filters = vec![choose::field(&app.ground.db, &actor, What::Branch, filter).await?.error(errors.of("branch"))];
    if reach(actor.role, see(Noun::Newcomer)).is_some_and(|r| r != Reach::Own) {
        page.ways = vec![("/newcomers".into(), t.s("track-newcomers"))];
    }
    page.heads = vec![t.s("staff-name"), t.s("staff-branch"), t.s("staff-contacts")];
    if let Some(cursor) = &list.next {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &ask.q).append_pair("branch", &ask.branch).append_pair("after", cursor);
        page.next = format!("/employees?{}", query.finish());
    }
    let mut names: std::collections::HashMap<Uuid, String> = std::collections::HashMap::new();
    for r in list.items {
        if let std::collections::hash_map::Entry::Vacant(place) = names.entry(r.branch) {
            let row = crate::access::store::places::branch(&app.ground.db, actor.org, r.branch).await?;
            place.insert(row.map_or(String::new(), |b| b.name));
        }
        let contacts =
            [r.phone.as_deref().map(kit::mail::show_phone), r.email].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        page.rows.push(Row {
            href: format!("/employees/{}", r.id),
            main: r.name,
            sub: r.position.unwrap_or_default(),
            cells: vec![
                names.get(&r.branch).cloned().unwrap_or_default(),
                if actor.role == Role::Viewer { String::new() } else { contacts },
            ],
            badge: r.left_on.map(|_| (Look::Quiet, t.s("staff-left"))),
            post: None,
        });
    }
    Ok(page.answer())
}

const FIELDS: [&str; 9] = ["name", "branch", "department", "position", "email", "phone", "hired_on", "left_on", "code"];

/// What the form sent; the branch as it was chosen or typed.
async fn read(app: &App, actor: &Actor, typed: &Typed) -> Result<EmployeeForm> {
    let branch = choose::resolve(&app.ground.db, actor, What::Branch, "branch", typed.get("branch")).await?;
    let mut value = typed.json(&FIELDS);
    value["branch"] = Json::from(branch.map(|id| id.to_string()).unwrap_or_default());
    if value.get("name").is_none() {
        value["name"] = Json::from("");
    }
    from_value(value)
}

fn typed_of(form: &EmployeeForm) -> Typed {
    let value = serde_json::to_value(form).unwrap_or_default();
    let pairs = value.as_object().into_iter().flatten();
    Typed(pairs.filter_map(|(k, v)| v.as_str().map(|v| (k.clone(), v.to_owned()))).collect())
}

async fn fields(app: &App, actor: &Actor, typed: &Typed) -> Result<Vec<Field>> {
    let t = T::new(actor.lang);
    let branch = Field::select("branch", t.s("staff-branch")).value(typed.get("branch")).placeholder(t.s("staff-choose"));
    let mut department = Field::select("department", t.s("staff-department"))
        .value(typed.get("department"))
        .placeholder(t.s("staff-no-department"));
    let wanted = places::Wanted { limit: 500, ..places::Wanted::default() };
    for d in super::departments(&app.ground.db, actor, &wanted).await?.items {
        department = department.choice(d.id.to_string(), d.name);
    }
    let mut fields = vec![
        Field::text("name", t.s("staff-name")).hint(t.s("staff-name-hint")).value(typed.get("name")).max_length(200).required(),
        choose::field(&app.ground.db, actor, What::OpenBranch, branch).await?.required(),
        department,
        Field::text("position", t.s("staff-position")).value(typed.get("position")).max_length(200),
    ];
    if actor.role != Role::Viewer {
        fields.push(
            Field::input("tel", "phone", t.s("staff-phone"))
                .value(typed.get("phone"))
                .autocomplete("off")
                .placeholder("+7 912 345-67-89"),
        );
        fields.push(Field::input("email", "email", t.s("staff-email")).value(typed.get("email")).autocomplete("off"));
    }
    fields.extend([
        Field::input("date", "hired_on", t.s("staff-hired")).value(typed.get("hired_on")),
        Field::input("date", "left_on", t.s("staff-left-on")).value(typed.get("left_on")),
        Field::text("code", t.s("staff-code")).hint(t.s("staff-code-hint")).value(typed.get("code")).max_length(64),
    ]);
    Ok(fields)
}

/// The form of a new employee, or of one that is there.
async fn employee_page(
    app: &App,
    actor: &Actor,
    id: Option<Uuid>,
    typed: Option<&Typed>,
    done: &str,
    again: Again,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let page = |title: String, action: String| {
        let frame = frame(actor, title, done).crumb(t.s("staff-employees"), "/employees");
        FormPage::new(frame, action, t.s("access-save"), "/employees")
    };
    let Some(id) = id else {
        let page = page(t.s("staff-employee-new"), "/employees".into());
        let fields = fields(app, actor, typed.unwrap_or(&Typed::default())).await?;
        return Ok(page.answer(fields, again.errors));
    };
    let row = super::employee(&app.ground.db, actor, id).await?;
    let stored = typed_of(&super::employee_form(&row));
    let mut page = page(row.name, format!("/employees/{id}"));
    page.frozen = !may_change(actor);
    page.of_version(row.version, typed, &again);
    page.beside = super::card::beside(app, actor, id).await?;
    let saved = fields(app, actor, &stored).await?;
    let fields = match again.shown(typed, &saved) {
        Some(typed) => fields(app, actor, &typed).await?,
        None => saved.clone(),
    };
    Ok(page.again(fields, &saved, again))
}

/// The form of a new employee.
///
/// # Errors
/// Those of the database.
pub async fn new_employee(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let typed = Typed(vec![("branch".into(), ask.branch)]);
    employee_page(&app, &actor, None, Some(&typed), "", Again::default()).await
}

/// Makes an employee.
///
/// # Errors
/// Those of the database.
pub async fn create_employee(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let form = read(&app, &actor, &typed).await;
    let tx = app.write(&actor).await?;
    let made = match form {
        Ok(form) => super::create_employee(&tx, &form).await,
        Err(error) => Err(error),
    };
    match sent(made, tx).await? {
        Sent::Done(row) => Ok(go(&format!("/employees/{}?done=added", row.id))),
        Sent::Again(again) => employee_page(&app, &actor, None, Some(&typed), "", again).await,
    }
}

/// An employee.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn employee(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    employee_page(&app, &actor, Some(id.0), None, &ask.done, Again::default()).await
}

/// Saves an employee.
///
/// # Errors
/// `NotFound`.
pub async fn save_employee(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let form = read(&app, &actor, &typed).await;
    let tx = app.write(&actor).await?;
    match sent(super::edit_employee(&tx, id.0, typed.version(), |_| form).await, tx).await? {
        Sent::Done(_) => Ok(go(&format!("/employees/{}?done=saved", id.0))),
        Sent::Again(again) => employee_page(&app, &actor, Some(id.0), Some(&typed), "", again).await,
    }
}

fn settings_frame(actor: &Actor, title: String, done: &str) -> Frame {
    let t = T::new(actor.lang);
    let frame = frame(actor, title, done).at("settings");
    frame.crumb(t.s("layout-nav-settings"), "/settings")
}

/// Departments.
///
/// # Errors
/// `Invalid` for a foreign cursor.
pub async fn departments(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let wanted = crate::access::api::wanted(Some(100), ask.after.clone(), None)?;
    let list = super::departments(&app.ground.db, &actor, &wanted).await?;
    let empty = ("hierarchy", t.s("staff-departments-empty"), t.s("staff-departments-why"));
    let mut page = ListPage::new(settings_frame(&actor, t.s("staff-departments"), &ask.done), empty);
    page.lead = t.s("staff-departments-why");
    if reach(actor.role, change(Noun::Department)).is_some() {
        page.add = ("/departments/new".into(), t.s("staff-department-new"));
    }
    page.heads = vec![t.s("staff-department-name")];
    page.next = list.next.map_or(String::new(), |c| format!("/departments?after={c}"));
    page.rows =
        list.items.into_iter().map(|r| Row { href: format!("/departments/{}", r.id), main: r.name, ..Row::default() }).collect();
    Ok(page.answer())
}

fn department_form(typed: &Typed) -> DepartmentForm {
    DepartmentForm { name: typed.get("name").into() }
}

/// The form of a new department, or of one that is there.
async fn department_page(app: &App, actor: &Actor, id: Option<Uuid>, typed: Option<&Typed>, again: Again) -> Result<Response> {
    let t = T::new(actor.lang);
    let page = |title: String, action: String| {
        let frame = settings_frame(actor, title, "").crumb(t.s("staff-departments"), "/departments");
        FormPage::new(frame, action, t.s("access-save"), "/departments")
    };
    let fields =
        |name: &str| vec![Field::text("name", t.s("staff-department-name")).value(name).max_length(200).required().focus()];
    let Some(id) = id else {
        let page = page(t.s("staff-department-new"), "/departments".into());
        return Ok(page.answer(fields(typed.map_or("", |typed| typed.get("name"))), again.errors));
    };
    let row = super::department(&app.ground.db, actor.org, id).await?;
    let mut page = page(row.name.clone(), format!("/departments/{id}"));
    page.frozen = reach(actor.role, change(Noun::Department)).is_none();
    page.of_version(row.version, typed, &again);
    let saved = fields(&row.name);
    let shown = again.shown(typed, &saved);
    Ok(page.again(fields(shown.as_ref().map_or(&*row.name, |typed| typed.get("name"))), &saved, again))
}

/// The form of a new department.
///
/// # Errors
/// Never in practice.
pub async fn new_department(State(app): State<App>, actor: Actor) -> Result<Response> {
    department_page(&app, &actor, None, None, Again::default()).await
}

/// Makes a department.
///
/// # Errors
/// Those of the database.
pub async fn create_department(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match sent(super::create_department(&tx, &department_form(&typed)).await, tx).await? {
        Sent::Done(_) => Ok(go("/departments?done=added")),
        Sent::Again(again) => department_page(&app, &actor, None, Some(&typed), again).await,
    }
}

/// A department.
///
/// # Errors
/// `NotFound`.
pub async fn department(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    department_page(&app, &actor, Some(id.0), None, Again::default()).await
}

/// Renames a department.
///
/// # Errors
/// `NotFound`.
pub async fn save_department(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let tx = app.write(&actor).await?;
    match sent(super::edit_department(&tx, id.0, typed.version(), |_| Ok(department_form(&typed))).await, tx).await? {
        Sent::Done(_) => Ok(go("/departments?done=saved")),
        Sent::Again(again) => department_page(&app, &actor, Some(id.0), Some(&typed), again).await,
    }
}
