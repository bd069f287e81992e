//! Who and what a company has, as a file names it; and what a file makes on the way.

use std::collections::HashMap;

use uuid::Uuid;

use crate::access::intake::{Listed, NewBranch, NewEmployee, NewTouchpoint};

/// One list: branches, employees or touchpoints.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: HashMap<Uuid, Option<Uuid>>,
    codes: HashMap<String, Uuid>,
    /// `None`: two have this name, so it names neither.
    names: HashMap<String, Option<Uuid>>,
    in_branch: HashMap<(Uuid, String), Uuid>,
}

impl Names {
    #[must_use]
    pub fn of(list: Vec<Listed>) -> Self {
        let mut out = Self::default();
        for one in list {
            out.add(one);
        }
        out
    }

    pub fn add(&mut self, one: Listed) {
        self.ids.insert(one.id, one.branch);
        if let Some(code) = one.code {
            self.codes.insert(code, one.id);
        }
        let name = plain(&one.name);
        if let Some(branch) = one.branch {
            self.in_branch.entry((branch, name.clone())).or_insert(one.id);
        }
        self.names.entry(name).and_modify(|n| *n = None).or_insert(Some(one.id));
    }

    /// Whom a cell means: an id, a code, or a name that only one has. In a branch its own people come first.
    #[must_use]
    pub fn find(&self, text: &str, branch: Option<Uuid>) -> Option<Uuid> {
        if let Ok(id) = Uuid::try_parse(text) {
            return self.ids.contains_key(&id).then_some(id);
        }
        if let Some(id) = self.codes.get(text) {
            return Some(*id);
        }
        let name = plain(text);
        if let Some(branch) = branch
            && let Some(id) = self.in_branch.get(&(branch, name.clone()))
        {
            return Some(*id);
        }
        self.names.get(&name).copied().flatten()
    }

    #[must_use]
    pub fn branch_of(&self, id: Uuid) -> Option<Uuid> {
        self.ids.get(&id).copied().flatten()
    }

    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.contains_key(code)
    }

    /// A free code made from a name.
    #[must_use]
    pub fn free_code(&self, name: &str) -> String {
        let base = slug(name);
        if !self.has_code(&base) {
            return base;
        }
        (2_u64..).map(|n| format!("{base}-{n}")).find(|c| !self.has_code(c)).unwrap_or(base)
    }
}

/// All lists of a company.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub branches: Names,
    pub employees: Names,
    pub touchpoints: Names,
}

/// What a row makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fresh {
    Branch(NewBranch),
    Employee(NewEmployee),
    Touchpoint(NewTouchpoint),
}

impl Book {
    /// Remembers what will be made, so that later rows find it.
    pub fn take(&mut self, fresh: &Fresh) {
        match fresh {
            Fresh::Branch(b) => {
                self.branches.add(Listed { id: b.id, code: Some(b.code.clone()), name: b.name.clone(), branch: None })
            }
            Fresh::Employee(e) => {
                self.employees.add(Listed { id: e.id, code: e.code.clone(), name: e.name.clone(), branch: Some(e.branch) });
            }
            Fresh::Touchpoint(p) => {
                self.touchpoints.add(Listed { id: p.id, code: Some(p.key.clone()), name: p.name.clone(), branch: None });
            }
        }
    }
}

fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Latin letters, digits and hyphens, from any name.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        let latin = match c {
            'a'..='z' | '0'..='9' => {
                out.push(c);
                continue;
            }
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' => "g",
            'д' => "d",
            'е' | 'э' => "e",
            'ё' => "yo",
            'ж' => "zh",
            'з' => "z",
            'и' => "i",
            'й' => "y",
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => "kh",
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "sch",
            'ы' => "y",
            'ю' => "yu",
            'я' => "ya",
            'ъ' | 'ь' => "",
            _ if out.ends_with('-') || out.is_empty() => "",
            _ => "-",
        };
        out.push_str(latin);
    }
    let cut: String = out.chars().take(40).collect();
    let cut = cut.trim_end_matches('-');
    if cut.is_empty() { "n".into() } else { cut.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_id_code_and_name() {
        let one = |n: u128, code: &str, name: &str, branch: Option<u128>| Listed {
            id: Uuid::from_u128(n),
            code: Some(code.into()),
            name: name.into(),
            branch: branch.map(Uuid::from_u128),
        };
        let names = Names::of(vec![
            one(1, "centre", "Центр", None),
            one(2, "a", "Иванова  Анна", Some(8)),
            one(3, "b", "Иванова Анна", Some(9)),
        ]);
        assert_eq!(names.find("centre", None), Some(Uuid::from_u128(1)));
        assert_eq!(names.find("ЦЕНТР", None), Some(Uuid::from_u128(1)));
        assert_eq!(names.find(&Uuid::from_u128(1).to_string(), None), Some(Uuid::from_u128(1)));
        assert_eq!(names.find(&Uuid::from_u128(7).to_string(), None), None);
        assert_eq!(names.find("иванова анна", None), None, "two of them");
        assert_eq!(names.find("иванова анна", Some(Uuid::from_u128(9))), Some(Uuid::from_u128(3)));
        assert_eq!(names.free_code("Centre"), "centre-2");
        assert_eq!(slug("ТЦ «Европа», 2-й этаж"), "tts-evropa-2-y-etazh");
        assert_eq!(slug("!!!"), "n");
    }
}
