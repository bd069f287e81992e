//! The frame around a page: who looks, at which company, where in the loop, and what just happened.

use kit::i18n::T;

use super::Chip;

/// Everything `base.html` shows around a page. Plain data: the door fills it, the template reads it.
#[derive(Clone)]
pub struct Frame {
    pub t: T,
    /// The page's heading and the first words of the window's title.
    pub title: String,
    /// The company looked at; empty before signing in.
    pub company: String,
    /// The companies of this person, `(id, name)`; with two or more the name becomes a switch.
    pub companies: Vec<(String, String)>,
    /// Where choosing another company posts to, with the field `org`.
    pub switch_to: String,
    /// The display name (имя и отчество); `None` before signing in.
    pub user: Option<String>,
    /// The person's role in words, shown under the name.
    pub role: String,
    /// What this role may see, in the order of the loop.
    pub nav: Vec<NavItem>,
    /// The way here, `(label, address)`, without the page itself.
    pub crumbs: Vec<(String, String)>,
    /// The pages beside this one in its section, under a name for those who do not see them together.
    pub tabs: Vec<Chip>,
    pub tabs_name: String,
    pub flash: Option<Flash>,
    pub views: Views,
    /// What was searched for, so that the box keeps it.
    pub query: String,
    /// Where the account page is; empty where there is none.
    pub account: String,
    /// Where signing out posts to.
    pub sign_out: String,
    /// Letters are held back, and this person may let them go: said on every page.
    pub paused: bool,
}

impl Frame {
    /// A page of a signed-in person.
    pub fn new(t: T, title: impl Into<String>, company: impl Into<String>, user: impl Into<String>) -> Self {
        Self { company: company.into(), user: Some(user.into()), ..Self::bare(t, title) }
    }

    /// A page without signing in: sign-in itself, the first set-up, an invitation, an error.
    pub fn bare(t: T, title: impl Into<String>) -> Self {
        Self {
            t,
            title: title.into(),
            company: String::new(),
            companies: Vec::new(),
            switch_to: "/companies".to_owned(),
            user: None,
            role: String::new(),
            nav: Vec::new(),
            crumbs: Vec::new(),
            tabs: Vec::new(),
            tabs_name: String::new(),
            flash: None,
            views: Views::default(),
            query: String::new(),
            account: String::new(),
            sign_out: "/logout".to_owned(),
            paused: false,
        }
    }

    #[must_use]
    pub fn nav(mut self, nav: Vec<NavItem>) -> Self {
        self.nav = nav;
        self
    }

    /// Marks the entry of the navigation this page belongs to.
    #[must_use]
    pub fn at(mut self, key: &str) -> Self {
        for item in &mut self.nav {
            item.active = item.key == key;
        }
        self
    }

    /// The pages beside this one.
    #[must_use]
    pub fn tabs(mut self, name: impl Into<String>, tabs: Vec<Chip>) -> Self {
        (self.tabs_name, self.tabs) = (name.into(), tabs);
        self
    }

    /// Adds a step to the way here.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((label.into(), href.into()));
        self
    }

    #[must_use]
    pub fn flash(mut self, flash: Flash) -> Self {
        self.flash = Some(flash);
        self
    }

    /// The entries of a phone's bottom bar; the rest is behind «Ещё».
    pub fn bar(&self) -> &[NavItem] {
        &self.nav[..self.nav.len().min(4)]
    }

    /// The first letters of имя and отчество (or name and surname), for the round sign in the corner.
    pub fn initials(&self) -> String {
        let name = self.user.as_deref().unwrap_or_default();
        name.split_whitespace().take(2).filter_map(|word| word.chars().next()).collect()
    }

    /// What may end the window's title after the page's own: the company, then the program.
    pub fn window_title(&self) -> String {
        [self.title.as_str(), self.company.as_str(), "Otklik"]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

/// One entry of the navigation.
#[derive(Clone)]
pub struct NavItem {
    pub key: &'static str,
    pub href: String,
    pub icon: &'static str,
    pub label: String,
    pub active: bool,
    /// The heading that starts above this entry: the step of the loop.
    pub section: Option<String>,
    /// How many things wait there; 0 shows nothing.
    pub count: i64,
}

/// The loop: key, icon, text of the entry, text of the step it belongs to ("" = none).
const LOOP: [(&str, &str, &str, &str); 18] = [
    ("today", "sun", "layout-nav-today", ""),
    ("overview", "layout-dashboard", "layout-nav-overview", ""),
    ("duties", "signature", "layout-nav-duties", ""),
    ("surveys", "messages", "layout-nav-surveys", "layout-nav-hear"),
    ("responses", "message-2", "layout-nav-responses", "layout-nav-hear"),
    ("cases", "inbox", "layout-nav-cases", "layout-nav-hear"),
    ("checklists", "list-check", "layout-nav-checklists", "layout-nav-check"),
    ("checks", "clipboard-check", "layout-nav-checks", "layout-nav-check"),
    ("standards", "book", "layout-nav-standards", " "),
    ("clients", "heart-handshake", "layout-nav-clients", " "),
    ("staff", "users", "layout-nav-staff", " "),
    ("actions", "target-arrow", "layout-nav-actions", "layout-nav-improve"),
    ("ideas", "bulb", "layout-nav-ideas", "layout-nav-improve"),
    ("diagnosis", "stethoscope", "layout-nav-diagnosis", " "),
    ("marks", "flag", "layout-nav-marks", " "),
    ("imports", "file-import", "layout-nav-imports", " "),
    ("settings", "settings", "layout-nav-settings", " "),
    ("help", "help", "layout-nav-help", " "),
];

impl NavItem {
    /// The navigation in the order and words of the loop, from whatever of it exists for this role:
    /// `(key, address)`. An unknown key is left out. Headings appear once, above their first entry.
    pub fn list(t: T, present: &[(&str, &str)]) -> Vec<Self> {
        let mut items: Vec<Self> = Vec::new();
        let mut step = "";
        for (key, icon, label, section) in LOOP {
            let Some((_, href)) = present.iter().find(|(k, _)| *k == key) else { continue };
            let starts = section != step;
            step = section;
            items.push(Self {
                key,
                href: (*href).to_owned(),
                icon,
                label: t.s(label),
                active: false,
                // A blank heading only sets a gap after a step of the loop.
                section: starts.then(|| if section.trim().is_empty() { String::new() } else { t.s(section) }),
                count: 0,
            });
        }
        items
    }

    #[must_use]
    pub fn count(mut self, count: i64) -> Self {
        self.count = count;
        self
    }
}

/// A page's filters that somebody keeps under a name.
#[derive(Clone)]
pub struct View {
    pub name: String,
    pub href: String,
    /// It is what the page shows now.
    pub on: bool,
    /// Posted to, to forget it.
    pub remove: String,
}

/// The views of a page, and what of it could be kept.
#[derive(Clone, Default)]
pub struct Views {
    pub list: Vec<View>,
    pub page: String,
    /// The filters of now, when no view keeps them; `None` also when nothing is filtered.
    pub keep: Option<String>,
}

/// What the last act came to, said once on the next page.
#[derive(Clone)]
pub struct Flash {
    pub state: State,
    pub text: String,
    /// Undo instead of "Are you sure?".
    pub undo: Option<Undo>,
}

#[derive(Clone)]
pub struct Undo {
    /// Posted to, with no fields.
    pub action: String,
}

impl Flash {
    pub fn good(text: impl Into<String>) -> Self {
        Self { state: State::Good, text: text.into(), undo: None }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self { state: State::Bad, text: text.into(), undo: None }
    }

    pub fn note(text: impl Into<String>) -> Self {
        Self { state: State::Note, text: text.into(), undo: None }
    }

    #[must_use]
    pub fn undo(mut self, action: impl Into<String>) -> Self {
        self.undo = Some(Undo { action: action.into() });
        self
    }
}

/// How a thing stands. Never shown by colour alone: each has its own shape beside the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Good,
    Bad,
    /// Asks for attention, is not yet bad.
    Warn,
    Note,
    /// Waits or is off.
    Quiet,
}

impl State {
    /// The suffix of the classes `badge-…`, `alert-…`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Note => "note",
            Self::Quiet => "quiet",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Good => "circle-check",
            Self::Bad => "alert-circle",
            Self::Warn => "alert-triangle",
            Self::Note => "info-circle",
            Self::Quiet => "circle-dashed",
        }
    }
}
