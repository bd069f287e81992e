//! Lists come in parts: how many, from where on, and the cursor of the next part.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, FieldError};

/// Which part of a list is wanted: `limit` 1–500 (50 when not given), `after` a cursor of the part before.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many, 1–500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
    /// The cursor that the part before ended with.
    pub after: Option<String>,
}

impl Paging {
    /// # Errors
    /// `Invalid` when the limit lies outside 1–500.
    pub fn limit(&self) -> Result<i64, Error> {
        match self.limit {
            None => Ok(50),
            Some(n @ 1..=500) => Ok(n),
            Some(_) => Err(Error::Invalid(vec![FieldError::new("limit", "out-of-range").with("min", 1).with("max", 500)])),
        }
    }

    /// The parts of the cursor, as `next` wrote them.
    ///
    /// # Errors
    /// `Invalid` when it is not one of ours.
    pub fn cursor(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(text) = &self.after else { return Ok(None) };
        let bad = || Error::field("after", "bad-cursor");
        let bytes = unhex(text).ok_or_else(bad)?;
        let parts: Vec<String> = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        // A cursor may carry what a database cannot hold.
        if parts.iter().any(|p| p.contains('\0')) { Err(bad()) } else { Ok(Some(parts)) }
    }

    /// The cursor of a list in the order of its ids.
    ///
    /// # Errors
    /// `Invalid` when it is not one of ours.
    pub fn cursor_id(&self) -> Result<Option<Uuid>, Error> {
        let Some(parts) = self.cursor()? else { return Ok(None) };
        let id = parts.first().and_then(|p| Uuid::try_parse(p).ok());
        id.map(Some).ok_or_else(|| Error::field("after", "bad-cursor"))
    }

    /// The cursor of a list in the order of names, and of ids where names are the same.
    ///
    /// # Errors
    /// `Invalid` when it is not one of ours.
    pub fn cursor_named(&self) -> Result<Option<(String, Uuid)>, Error> {
        let Some(parts) = self.cursor()? else { return Ok(None) };
        let bad = || Error::field("after", "bad-cursor");
        let [name, id] = parts.as_slice() else { return Err(bad()) };
        Ok(Some((name.clone(), Uuid::try_parse(id).map_err(|_| bad())?)))
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.len() > 4000 || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}

/// One part of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// The cursor of the next part; null at the end.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// Cuts what was read (one more than the limit) and writes the cursor of the next part from the last item shown.
    pub fn cut(mut items: Vec<T>, limit: i64, key: impl Fn(&T) -> Vec<String>) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items
            .last()
            .filter(|_| more)
            .map(|last| crate::ids::hex(serde_json::to_string(&key(last)).unwrap_or_default().as_bytes()));
        Self { items, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_go_there_and_back_and_strangers_are_refused() {
        let list = List::cut(vec!["а", "б", "в"], 2, |s| vec![(*s).to_owned()]);
        let paging = Paging { limit: None, after: list.next };
        assert_eq!(paging.cursor().expect("ours"), Some(vec!["б".to_owned()]));
        for bad in ["zz", "0", "5b5d7", "ффф"] {
            assert!(Paging { limit: None, after: Some(bad.into()) }.cursor().is_err());
        }
    }
}
