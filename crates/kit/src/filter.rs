//! The condition of a list, put together from what a reader asked for. Values always travel as arguments.

use std::fmt::Write;

use sea_orm::Value;
use uuid::Uuid;

use crate::args;

/// `org = $1 and …` with its arguments.
#[derive(Clone, Debug)]
pub struct Filter {
    pub sql: String,
    pub args: Vec<Value>,
}

impl Filter {
    /// Everything of one company.
    #[must_use]
    pub fn of(org: Uuid) -> Self {
        Self { sql: "org = $1".into(), args: args![org] }
    }

    /// Adds a condition; each `?` in it takes the next value.
    pub fn and(&mut self, condition: &str, values: Vec<Value>) {
        let mut values = values.into_iter();
        self.sql.push_str(" and ");
        for c in condition.chars() {
            match (c == '?').then(|| values.next()).flatten() {
                Some(value) => {
                    let place = self.place(value);
                    self.sql.push_str(&place);
                }
                None => self.sql.push(c),
            }
        }
    }

    /// Narrows to these ids; to none when there are none.
    pub fn among(&mut self, column: &str, ids: &[Uuid]) {
        if ids.is_empty() {
            self.sql.push_str(" and 1 = 0");
            return;
        }
        let places: Vec<String> = ids.iter().map(|id| self.place((*id).into())).collect();
        let _ = write!(self.sql, " and {column} in ({})", places.join(", "));
    }

    /// Every word must occur in a column that holds folded text.
    pub fn words(&mut self, column: &str, typed: &str) {
        for word in fold(typed).split_whitespace().take(8) {
            let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            self.and(&format!("{column} like ? escape '\\'"), args![format!("%{escaped}%")]);
        }
    }

    /// Takes one more argument and names its place, for `limit`.
    pub fn place(&mut self, value: Value) -> String {
        self.args.push(value);
        format!("${}", self.args.len())
    }
}

/// Text as the search compares it: small letters, ё as е.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_numbers_its_places_and_escapes_what_was_typed() {
        let mut f = Filter::of(Uuid::nil());
        f.and("(name, id) > (?, ?)", args!["a", Uuid::nil()]);
        f.words("search", "Ёж 50%_");
        f.among("branch", &[]);
        assert_eq!(
            f.sql,
            "org = $1 and (name, id) > ($2, $3) and search like $4 escape '\\' and search like $5 escape '\\' and 1 = 0"
        );
        assert_eq!(f.args[3], Value::from("%еж%"));
        assert_eq!(f.args[4], Value::from("%50\\%\\_%"));
    }
}
