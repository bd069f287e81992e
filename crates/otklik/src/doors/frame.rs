//! The frame of staff pages: navigation, and where to go after something was done.

use axum::response::{IntoResponse, Redirect, Response};
use kit::actor::Actor;
use kit::i18n::T;

use crate::access::{self, Noun};
use crate::layout::{Frame, NavItem};

/// To a page of ours, after something was done.
#[must_use]
pub fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The frame of a staff page: `at` is the entry of the navigation it belongs to.
#[must_use]
pub fn frame(actor: &Actor, title: impl Into<String>, at: &str) -> Frame {
    let t = T::new(actor.lang);
    let all: &[(&str, &str)] = &[
        ("overview", "/"),
        ("duties", "/duties"),
        ("surveys", "/surveys"),
        ("responses", "/responses"),
        ("standards", "/standards"),
        ("staff", "/employees"),
        ("marks", "/marks"),
        ("imports", "/imports"),
        ("settings", "/settings"),
    ];
    let may = |right| access::reach(actor.role, right).is_some();
    let present: Vec<(&str, &str)> = all
        .iter()
        .filter(|(key, _)| match *key {
            // Whoever is an employee signs for themselves.
            "duties" => actor.employee.is_some(),
            "surveys" => may(access::see(Noun::Survey)),
            "responses" => may(access::see(Noun::Response)),
            "standards" => may(access::see(Noun::Standard)),
            "staff" => may(access::change(Noun::Employee)) || actor.role == kit::Role::Supervisor,
            "marks" => may(access::change(Noun::Mark)),
            "imports" => may(access::see(Noun::Import)),
            _ => true,
        })
        .copied()
        .collect();
    let mut frame = Frame::new(t, title, &*actor.org_name, &*actor.name).nav(NavItem::list(t, &present)).at(at);
    frame.companies = actor.companies.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    frame.account = "/account".into();
    frame.role = t.s(&format!("role-{}", actor.role.as_str()));
    frame
}
