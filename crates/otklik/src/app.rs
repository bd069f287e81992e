//! The whole program at a glance: every route with its right, every job, every text.

use std::ops::Deref;
use std::sync::Arc;

use kit::jobs::Registry;
use kit::migrate::Script;

use crate::access::{Noun, change, see};
use crate::doors::{Table, api};
use crate::{imports, insight, surveys};
use crate::surveys::writer::Writer;

/// What every door holds: the ground and the writer of answers.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub ground: Arc<kit::Ground>,
    pub answers: Writer,
    pub memory: crate::surveys::intake::Memory,
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
        Self(Arc::new(Inner { ground, answers, memory: crate::surveys::intake::Memory::default() }))
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
pub const MIGRATIONS: &[Script] = &[Script { name: "0001_ground", sql: include_str!("../../../migrations/0001_ground.sql") }];

/// Texts of all features.
pub const TEXTS: [&[&str]; 2] = [
    &[
        include_str!("texts.ru.ftl"),
        include_str!("layout/texts.ru.ftl"),
        include_str!("access/texts.ru.ftl"),
        include_str!("surveys/texts.ru.ftl"),
        include_str!("surveys/client/texts.ru.ftl"),
        include_str!("staff/texts.ru.ftl"),
        include_str!("insight/texts.ru.ftl"),
        include_str!("imports/texts.ru.ftl"),
    ],
    &[
        include_str!("texts.en.ftl"),
        include_str!("layout/texts.en.ftl"),
        include_str!("access/texts.en.ftl"),
        include_str!("surveys/texts.en.ftl"),
        include_str!("surveys/client/texts.en.ftl"),
        include_str!("staff/texts.en.ftl"),
        include_str!("insight/texts.en.ftl"),
        include_str!("imports/texts.en.ftl"),
    ],
];

/// Every route, with what it asks of whoever comes.
pub fn routes(t: &mut Table) {
    use Noun::{Export, Import, Metric, Response, Survey};
    use axum::routing::{get, post};

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

    // Files in and out
    t.api(api!(imports::api::list), see(Import));
    t.api_upload(api!(imports::api::create), change(Import));
    t.api_upload(api!(imports::api::look), change(Import));
    t.api(api!(imports::api::show), see(Import));
    t.api(api!(imports::api::rejects), see(Import));
    t.api(api!(imports::api::export), see(Export));
    t.page("GET", "/imports", get(imports::pages::list), see(Import));
    t.page("GET", "/imports/new", get(imports::pages::choose), change(Import));
    t.page("POST", "/imports/new", post(imports::pages::upload).layer(axum::extract::DefaultBodyLimit::disable()), change(Import));
    t.page("GET", "/imports/new/{id}", get(imports::pages::mapping::show), change(Import));
    t.page("POST", "/imports/new/{id}", post(imports::pages::mapping::start), change(Import));
    t.page("GET", "/imports/{id}", get(imports::pages::show), see(Import));
    t.page("GET", "/imports/{id}/progress", get(imports::pages::progress), see(Import));
    t.page("GET", "/imports/{id}/rejects", get(imports::pages::rejects), see(Import));
    t.page("GET", "/exports", get(imports::pages::exports), see(Export));
    t.page("GET", "/exports/{kind}", get(imports::pages::export), see(Export));

    // Figures
    t.api(api!(insight::api::list), see(Metric));
    t.api(api!(insight::api::show), see(Metric));

    // What clients meet
    t.client("GET", "/s/{code}", get(surveys::public::page));
    t.client("POST", "/s/{code}", post(surveys::public::submit));
    t.client("GET", "/s/{code}/thanks", get(surveys::public::thanks));
    t.public("GET", "/assets/{file}", get(crate::doors::asset));
    t.public("GET", "/health/live", get(crate::doors::live));
    t.public("GET", "/health/ready", get(crate::doors::ready));
}

/// Every job.
pub fn jobs() -> Registry<App> {
    let mut jobs = Registry::default();
    jobs.on(imports::jobs::RUN, imports::jobs::run);
    jobs
}
