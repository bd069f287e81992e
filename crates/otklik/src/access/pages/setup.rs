//! The first start: a company, its owner and its first branch, or the demonstration company.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use kit::i18n::{Lang, T};
use kit::limits::Rule;
use kit::serve::ClientIp;
use kit::{Error, Result};

use crate::access::entrance::{self, FirstSteps};
use crate::access::store;
use crate::app::App;
use crate::doors::{COOKIE, cookie};
use crate::layout::simple::{DoorPage, Typed, refused};
use crate::layout::{Errors, Field, Frame};

fn page(t: T, steps: &FirstSteps, errors: Errors) -> Response {
    let mut page = DoorPage::new(Frame::bare(t, t.s("access-setup")), "/setup", t.s("access-setup-go"));
    page.lead = t.s("access-setup-lead");
    page.other = Some(("demo".into(), t.s("access-setup-demo"), t.s("access-setup-demo-why")));
    let fields = vec![
        Field::text("code", t.s("access-setup-code"))
            .hint(t.s("access-setup-code-hint"))
            .value(&*steps.code)
            .autocomplete("off")
            .required()
            .focus(),
        Field::text("org", t.s("access-org-name")).value(&*steps.org).autocomplete("organization").max_length(200).required(),
        super::zone_field(t, &steps.timezone),
        super::locale_field(t, &steps.locale),
        Field::text("name", t.s("access-own-name"))
            .hint(t.s("access-own-name-hint"))
            .value(&*steps.name)
            .autocomplete("name")
            .max_length(200)
            .required(),
        Field::input("email", "email", t.s("access-email")).value(&*steps.email).autocomplete("username").required(),
        Field::input("password", "password", t.s("access-new-password"))
            .hint(t.s("access-password-hint"))
            .autocomplete("new-password")
            .required(),
        Field::text("branch", t.s("access-setup-branch"))
            .hint(t.s("access-setup-branch-hint"))
            .value(&*steps.branch)
            .max_length(200),
    ];
    page.answer(fields, errors)
}

fn lang(headers: &HeaderMap) -> Lang {
    Lang::from_accept_language(headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or(""))
}

/// The wizard, while there is no company.
///
/// # Errors
/// `NotFound` afterwards.
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    if store::any_org(&app.ground.db).await? {
        return Err(Error::NotFound);
    }
    let lang = lang(&headers);
    let steps = FirstSteps { timezone: "Europe/Moscow".into(), locale: lang.as_str().into(), ..FirstSteps::default() };
    Ok(page(T::new(lang), &steps, Errors::none()))
}

/// Makes the first company, or loads the demonstration.
///
/// # Errors
/// `NotFound` when a company is there already, also when it was made a moment ago.
pub async fn create(State(app): State<App>, ip: ClientIp, headers: HeaderMap, typed: Typed) -> Result<Response> {
    if store::any_org(&app.ground.db).await? {
        return Err(Error::NotFound);
    }
    app.ground.limits.check(Rule::Code, ("setup", ip.bucket())).map_err(|w| Error::TooMany(w.0))?;
    let t = T::new(lang(&headers));
    let steps = FirstSteps {
        code: typed.get("code").into(),
        org: typed.get("org").into(),
        timezone: typed.get("timezone").into(),
        locale: typed.get("locale").into(),
        name: typed.get("name").into(),
        email: typed.get("email").into(),
        password: typed.get("password").into(),
        branch: typed.get("branch").into(),
    };
    let old = cookie(&headers, COOKIE);
    let done = if typed.get("way") == "demo" {
        demo(&app, &steps.code, old.as_deref()).await
    } else {
        entrance::first_setup(&app.ground, &steps, old.as_deref()).await
    };
    match done {
        Ok(secret) => super::entrance::enter_known(&app, &headers, &secret, "/?done=setup").await,
        // The verb names the owner's fields by the API's words; the form has shorter ones.
        Err(Error::Invalid(mut faults)) => {
            for f in &mut faults {
                f.field = f.field.replace("owner_", "");
            }
            Ok(page(t, &steps, refused(Error::Invalid(faults), t)?))
        }
        Err(error @ Error::Conflict(_)) => Ok(page(t, &steps, refused(error, t)?)),
        Err(error) => Err(error),
    }
}

async fn demo(app: &App, code: &str, old: Option<&str>) -> Result<String> {
    let hash = entrance::check_setup_code(&app.ground, code).await?;
    entrance::spend_for_demo(&app.ground, code).await?;
    match crate::demo::load(app, 1, crate::demo::today(app.ground.now())).await {
        Ok(made) => entrance::begin_session(&app.ground, made.login, old, Some((made.org, made.owner))).await,
        Err(error) => {
            // Nothing was made, so the code is still good.
            store::people::put_setup_code(&app.ground.db, &hash).await?;
            Err(error)
        }
    }
}
