//! The description of the API: what the handlers say of themselves, and what holds for all of them.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, ResponseBuilder, schema::Type,
};

/// The frame that the routes fill.
#[must_use]
pub fn empty() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Otklik")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Service quality: surveys, answers and figures. Errors are application/problem+json (RFC 9457)."))
        .build();
    OpenApiBuilder::new().info(info).components(Some(ComponentsBuilder::new().build())).build()
}

/// The methods of a path, in capitals.
#[must_use]
pub fn methods(item: &PathItem) -> Vec<&'static str> {
    operations(item).into_iter().map(|(name, _)| name).collect()
}

fn operations(item: &PathItem) -> Vec<(&'static str, &Operation)> {
    let all = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("PATCH", &item.patch), ("DELETE", &item.delete)];
    all.into_iter().filter_map(|(name, op)| op.as_ref().map(|o| (name, o))).collect()
}

/// Adds what every operation has in common: the token, the refusals, the schema of a problem.
#[must_use]
pub fn finish(mut document: OpenApi) -> OpenApi {
    let problem = ObjectBuilder::new()
        .property("type", ObjectBuilder::new().schema_type(Type::String))
        .property("title", ObjectBuilder::new().schema_type(Type::String))
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("detail", ObjectBuilder::new().schema_type(Type::String))
        .property(
            "errors",
            utoipa::openapi::ArrayBuilder::new().items(
                ObjectBuilder::new()
                    .property("field", ObjectBuilder::new().schema_type(Type::String))
                    .property("code", ObjectBuilder::new().schema_type(Type::String))
                    .property("message", ObjectBuilder::new().schema_type(Type::String))
                    .required("field")
                    .required("code")
                    .required("message"),
            ),
        )
        .required("type")
        .required("title")
        .required("status")
        .required("detail")
        .build();
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".into(), problem.into());
    components
        .security_schemes
        .insert("token".into(), SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()).into());
    for item in document.paths.paths.values_mut() {
        for op in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
            op.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
            for (status, text) in REFUSALS {
                op.responses.responses.entry((*status).into()).or_insert_with(|| {
                    ResponseBuilder::new()
                        .description(*text)
                        .content(
                            "application/problem+json",
                            ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build(),
                        )
                        .build()
                        .into()
                });
            }
        }
    }
    document
}

const REFUSALS: &[(&str, &str)] = &[
    ("400", "The request cannot be parsed"),
    ("401", "No valid token"),
    ("403", "The role or the token may not"),
    ("404", "Not found in this company"),
    ("409", "Wrong state or an old version"),
    ("410", "No longer there"),
    ("413", "Too large"),
    ("415", "Another content type is needed"),
    ("422", "Something in the request is not sound; errors name the fields"),
    ("429", "Too many requests; see Retry-After"),
    ("503", "Busy; see Retry-After"),
];
