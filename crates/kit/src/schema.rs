//! How the ground's own types look in the OpenAPI document.

use utoipa::openapi::schema::{AdditionalProperties, OneOfBuilder, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::i18n::{Label, Lang};

impl PartialSchema for Label {
    /// A text, or a map of languages to texts.
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
        let map = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("ru", text())
            .property("en", text())
            .min_properties(Some(1))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
        OneOfBuilder::new().item(text()).item(map).into()
    }
}

impl ToSchema for Label {}

impl PartialSchema for Lang {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["ru", "en"])).into()
    }
}

impl ToSchema for Lang {}
