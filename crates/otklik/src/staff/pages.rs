//! Pages of employees and departments.

use axum::extract::{Query, State};
use axum::response::Response;
use kit::i18n::T;
use kit::web::{Id, from_value};
use kit::{Actor, Error, Reach, Result, Role};
use serde_json::Value as Json;
use uuid::Uuid;

use super::rules::{DepartmentForm, EmployeeForm};
use super::{Which, api};
use crate::access::{Noun, change, places, reach, see};
use crate::app::App;
use crate::layout::simple::{FormPage, ListPage, Row, Typed, refused};
use crate::layout::{Errors, Field, Flash, Frame, State as Look};

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

async fn branch_choices(app: &App, actor: &Actor, mut field: Field) -> Result<Field> {
    let wanted = places::Wanted { limit: 500, ..places::Wanted::default() };
    for b in places::branches(&app.ground.db, actor, &wanted).await?.items {
        field = field.choice(b.id.to_string(), b.name);
    }
    // More branches than a drop-down holds: what is chosen must not be lost.
    if let (false, Ok(id)) =
        (field.value.is_empty() || field.choices.iter().any(|c| c.value == field.value), Uuid::try_parse(&field.value))
    {
        let name = places::branch(&app.ground.db, actor, id).await?.name;
        field = field.choice(id.to_string(), name);
    }
    Ok(field)
}

/// Employees, with a search and a branch.
///
/// # Errors
/// `Invalid` for a foreign cursor, `Forbidden` for another branch.
pub async fn employees(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let t = T::new(actor.lang);
    let params = api::EmployeeParams { q: None, branch: Some(ask.branch.clone()), department: None, limit: None, after: None };
    let which: Which = params.which(&app, &actor).await?;
    let wanted = crate::access::api::wanted(Some(50), ask.after.clone(), Some(ask.q.clone()))?;
    let list = super::employees(&app.ground.db, &actor, &wanted, &which).await?;
    let empty = ("users", t.s("staff-employees-empty"), t.s("staff-employees-why"));
    let mut page = ListPage::new(frame(&actor, t.s("staff-employees"), &ask.done), empty);
    page.lead = t.s("staff-employees-why");
    if may_change(&actor) {
        page.add = ("/employees/new".into(), t.s("staff-employee-new"));
    }
    page.search = Some((ask.q.clone(), t.s("staff-employees-search")));
    let filter = Field::select("branch", t.s("staff-branch")).value(&*ask.branch).placeholder(t.s("staff-all-branches"));
    page.filters = vec![branch_choices(&app, &actor, filter).await?];
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

fn read(typed: &Typed) -> Result<EmployeeForm> {
    let mut value = typed.json(&FIELDS);
    for name in ["name", "branch"] {
        if value.get(name).is_none() {
            value[name] = Json::from("");
        }
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
        branch_choices(app, actor, branch).await?.required(),
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

async fn employee_page(
    app: &App,
    actor: &Actor,
    id: Option<Uuid>,
    title: String,
    typed: &Typed,
    done: &str,
    errors: Errors,
) -> Result<Response> {
    let t = T::new(actor.lang);
    let frame = frame(actor, title, done).crumb(t.s("staff-employees"), "/employees");
    let action = id.map_or_else(|| "/employees".to_owned(), |id| format!("/employees/{id}"));
    let mut page = FormPage::new(frame, action, t.s("access-save"), "/employees");
    page.frozen = !may_change(actor);
    if let Some(id) = id {
        page.beside = super::card::beside(app, actor, id).await?;
    }
    Ok(page.answer(fields(app, actor, typed).await?, errors))
}

/// The form of a new employee.
///
/// # Errors
/// Those of the database.
pub async fn new_employee(State(app): State<App>, actor: Actor, Query(ask): Query<Ask>) -> Result<Response> {
    let typed = Typed(vec![("branch".into(), ask.branch)]);
    employee_page(&app, &actor, None, T::new(actor.lang).s("staff-employee-new"), &typed, "", Errors::none()).await
}

/// Makes an employee.
///
/// # Errors
/// Those of the database.
pub async fn create_employee(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    let made = match read(&typed) {
        Ok(form) => super::create_employee(&tx, &form).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(row) => {
            tx.commit().await?;
            Ok(crate::doors::go(&format!("/employees/{}?done=added", row.id)))
        }
        Err(error) => {
            drop(tx);
            employee_page(&app, &actor, None, t.s("staff-employee-new"), &typed, "", refused(error, t)?).await
        }
    }
}

/// An employee.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn employee(State(app): State<App>, actor: Actor, id: Id, Query(ask): Query<Ask>) -> Result<Response> {
    let row = super::employee(&app.ground.db, &actor, id.0).await?;
    let typed = typed_of(&super::employee_form(&row));
    employee_page(&app, &actor, Some(id.0), row.name, &typed, &ask.done, Errors::none()).await
}

/// Saves an employee.
///
/// # Errors
/// `NotFound`.
pub async fn save_employee(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    match super::edit_employee(&tx, id.0, None, |_| read(&typed)).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(crate::doors::go(&format!("/employees/{}?done=saved", id.0)))
        }
        Err(error) => {
            drop(tx);
            let errors = refused(error, t)?;
            employee_page(&app, &actor, Some(id.0), typed.get("name").to_owned(), &typed, "", errors).await
        }
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

fn department_page(actor: &Actor, action: String, title: String, name: &str, errors: Errors) -> Response {
    let t = T::new(actor.lang);
    let frame = settings_frame(actor, title, "").crumb(t.s("staff-departments"), "/departments");
    let mut page = FormPage::new(frame, action, t.s("access-save"), "/departments");
    page.frozen = reach(actor.role, change(Noun::Department)).is_none();
    page.answer(vec![Field::text("name", t.s("staff-department-name")).value(name).max_length(200).required().focus()], errors)
}

/// The form of a new department.
pub async fn new_department(actor: Actor) -> Response {
    department_page(&actor, "/departments".into(), T::new(actor.lang).s("staff-department-new"), "", Errors::none())
}

/// Makes a department.
///
/// # Errors
/// Those of the database.
pub async fn create_department(State(app): State<App>, actor: Actor, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    match super::create_department(&tx, &DepartmentForm { name: typed.get("name").into() }).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(crate::doors::go("/departments?done=added"))
        }
        Err(error) => {
            Ok(department_page(&actor, "/departments".into(), t.s("staff-department-new"), typed.get("name"), refused(error, t)?))
        }
    }
}

/// A department.
///
/// # Errors
/// `NotFound`.
pub async fn department(State(app): State<App>, actor: Actor, id: Id) -> Result<Response> {
    let row = super::department(&app.ground.db, actor.org, id.0).await?;
    Ok(department_page(&actor, format!("/departments/{}", id.0), row.name.clone(), &row.name, Errors::none()))
}

/// Renames a department.
///
/// # Errors
/// `NotFound`.
pub async fn save_department(State(app): State<App>, actor: Actor, id: Id, typed: Typed) -> Result<Response> {
    let t = T::new(actor.lang);
    let tx = app.write(&actor).await?;
    match super::edit_department(&tx, id.0, None, |_| Ok(DepartmentForm { name: typed.get("name").into() })).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(crate::doors::go("/departments?done=saved"))
        }
        Err(error @ (Error::NotFound | Error::Forbidden(_))) => Err(error),
        Err(error) => {
            let path = format!("/departments/{}", id.0);
            Ok(department_page(&actor, path, t.s("staff-departments"), typed.get("name"), refused(error, t)?))
        }
    }
}
