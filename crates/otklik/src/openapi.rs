//! The description of the API: what the handlers say of themselves, and what holds for all of them.

use serde_json::Value as Json;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required,
    ResponseBuilder, schema::Type,
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

/// The methods of a path, each with the names that its query may carry.
#[must_use]
pub fn queries(item: &PathItem) -> Vec<(&'static str, Vec<String>)> {
    let names = |op: &Operation| {
        let all = op.parameters.iter().flatten().filter_map(|p| match p {
            RefOr::T(p) if p.parameter_in == ParameterIn::Query => Some(p.name.clone()),
            _ => None,
        });
        all.collect()
    };
    operations(item).into_iter().map(|(method, op)| (method, names(op))).collect()
}

/// The methods of a path that change something and take no body.
#[must_use]
pub fn bodiless(item: &PathItem) -> Vec<&'static str> {
    operations(item).into_iter().filter(|(method, op)| *method != "GET" && op.request_body.is_none()).map(|(m, _)| m).collect()
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
        if let Some(post) = &mut item.post {
            post.parameters.get_or_insert_default().push(repeatable().into());
        }
        for op in [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
            // A door that asks for no token says so itself.
            if op.security.is_none() {
                op.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
            }
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

/// The header with which a POST may be sent again.
fn repeatable() -> Parameter {
    let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)).pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same key, path and body within 48 hours: the first answer again, and no second effect"))
        .schema(Some(key.build()))
        .build()
}

/// The document as it goes out. A thing that is made of several parts says in none of them that there is nothing else.
#[must_use]
pub fn written(document: &OpenApi) -> Json {
    let mut json = serde_json::to_value(document).unwrap_or_default();
    open_parts(&mut json);
    json
}

fn open_parts(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(open_parts),
        Json::Object(map) => {
            if let Some(Json::Array(parts)) = map.get_mut("allOf") {
                for part in parts.iter_mut().filter_map(Json::as_object_mut) {
                    part.remove("additionalProperties");
                }
            }
            map.values_mut().for_each(open_parts);
        }
        _ => {}
    }
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
