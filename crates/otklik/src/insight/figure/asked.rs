//! What a question asks for: the series, places and things behind its names, as far as its asker may see them.

use std::collections::{BTreeMap, HashMap};

use kit::db::Query;
use kit::error::FieldError;
use kit::i18n::Label;
use kit::{Error, Result};
use uuid::Uuid;

use crate::figures::{self, Dim, Series};
use crate::insight::gather::{Desk, Spec};
use crate::insight::rules::{Ask, By};
use crate::insight::store::{self, Named, Table};

/// What a question's names stand for.
pub(super) struct Found {
    pub(super) series: Vec<Series>,
    /// The surveys behind them, with whether they are guarded.
    pub(super) sources: HashMap<Uuid, bool>,
    pub(super) spec: Spec,
    pub(super) surveys: HashMap<Uuid, Label>,
    /// Words of the items, for figures about standards; titles of the questions (`survey/key`), where each is one.
    pub(super) items: HashMap<String, Label>,
}

impl<Q: Query> Desk<'_, Q> {
    /// The series and places that a question names.
    pub(super) async fn resolve(&self, ask: &Ask, all: &[Series]) -> Result<Found> {
        let (org, query) = (self.actor.org, &ask.query);
        let survey = match &query.survey {
            None => None,
            Some(text) => Some(store::survey(self.q, org, text).await?.ok_or_else(|| Error::field("survey", "unknown"))?.id),
        };
        let (standard, item) = self.of_standard(ask).await?;
        let item = item.map(|id| id.to_string());
        let about = |s: &&Series| {
            if ask.metric.of_standards() {
                standard.is_none_or(|id| s.key.source == id) && item.as_ref().is_none_or(|id| s.key.question == *id)
            } else {
                let asked = survey.is_none() || query.about.is_some();
                survey.is_none_or(|id| s.key.source == id) && (!asked || s.key.about == ask.about)
            }
        };
        let question = query.question.as_deref();
        let of_question = |s: &&Series| {
            question.is_none_or(|q| {
                let name = s.key.question.split('=').next().unwrap_or("");
                name == q || name.strip_prefix(q).is_some_and(|rest| rest.starts_with('.'))
            })
        };
        let near: Vec<&Series> = all.iter().filter(about).filter(of_question).collect();
        if question.is_some() && near.is_empty() {
            return Err(Error::field("question", "unknown"));
        }
        let named = question.is_some();
        let series: Vec<Series> = near.iter().filter(|s| ask.metric.takes(&s.key, named)).map(|s| (*s).clone()).collect();
        if named && series.is_empty() {
            return Err(Error::field("question", "not-for-metric"));
        }
        one_scale(ask, &series)?;
        let spec = self.places(ask).await?;
        let mut surveys = HashMap::new();
        if matches!(ask.by, Some(By::Survey | By::Question | By::Version)) {
            surveys.extend(store::surveys(self.q, org, 500).await?.into_iter().map(|s| (s.id, s.label())));
        }
        let items = match ask.by {
            Some(By::Question) => self.titles(&series).await?,
            Some(By::Item) => {
                let ids: Vec<Uuid> = series.iter().filter_map(|s| Uuid::try_parse(&s.key.question).ok()).collect();
                let words = crate::standards::quizzes::item_words(self.q, org, &ids).await?;
                words.into_iter().map(|(id, text)| (id.to_string(), text)).collect()
            }
            _ => HashMap::new(),
        };
        let sources = near.iter().map(|s| (s.key.source, s.key.anonymity != figures::Anonymity::Identified)).collect();
        Ok(Found { series, sources, spec, surveys, items })
    }

    /// The standard and the item that a question names.
    pub(super) async fn of_standard(&self, ask: &Ask) -> Result<(Option<Uuid>, Option<Uuid>)> {
        let org = self.actor.org;
        let id = |text: &Option<String>| text.as_ref().map(|t| Uuid::try_parse(t).unwrap_or_default());
        let (standard, item) = (id(&ask.query.standard), id(&ask.query.item));
        if let Some(id) = standard
            && crate::standards::quizzes::store::standard(self.q, org, id).await?.is_none()
        {
            return Err(Error::field("standard", "unknown"));
        }
        if let Some(id) = item
            && crate::standards::editing::item_ref(self.q, org, id).await?.is_none()
        {
            return Err(Error::field("item", "unknown"));
        }
        Ok((standard, item))
    }

    /// The dimensions that matter: what the question names, and what its asker may see.
    pub(in crate::insight) async fn places(&self, ask: &Ask) -> Result<Spec> {
        let (org, query) = (self.actor.org, &ask.query);
        let mut dims: BTreeMap<Dim, Vec<Uuid>> = BTreeMap::new();
        let mut narrow = |dim: Dim, keys: Vec<Uuid>| {
            dims.entry(dim).and_modify(|known| known.retain(|k| keys.contains(k))).or_insert(keys);
        };
        let own = self.actor.only_branches();
        if self.actor.reach == kit::Reach::Own {
            narrow(Dim::Employee, self.actor.employee.into_iter().collect());
        } else if let Some(own) = own {
            narrow(Dim::Branch, own.to_vec());
        }
        let names = [
            ("branch", &query.branch, Table::Branch, Dim::Branch),
            ("employee", &query.employee, Table::Employee, Dim::Employee),
            ("touchpoint", &query.touchpoint, Table::Touchpoint, Dim::Touchpoint),
            ("channel", &query.channel, Table::Channel, Dim::Channel),
        ];
        for (field, text, table, dim) in names {
            let Some(text) = text else { continue };
            let found = store::find(self.q, org, table, text).await?.ok_or_else(|| Error::field(field, "unknown"))?;
            match (table, self.actor.reach) {
                (Table::Branch, _) if !self.actor.reaches(Some(found.id)) => return Err(Error::Forbidden("other-branch")),
                (Table::Employee, kit::Reach::Own) if self.actor.employee != Some(found.id) => {
                    return Err(Error::Forbidden("role"));
                }
                (Table::Employee, kit::Reach::OwnBranches) => {
                    let branch =
                        crate::surveys::store::place(self.q, org, crate::surveys::store::PlaceKind::Employee, text).await?;
                    if !self.actor.reaches(branch.and_then(|b| b.branch)) {
                        return Err(Error::Forbidden("other-branch"));
                    }
                }
                _ => {}
            }
            narrow(dim, vec![found.id]);
        }
        let mut regions = HashMap::new();
        if let Some(region) = &query.region {
            let keys = store::in_region(self.q, org, region).await?;
            if keys.is_empty() {
                return Err(Error::field("region", "unknown"));
            }
            regions.extend(keys.iter().map(|k| (*k, region.clone())));
            narrow(Dim::Branch, keys);
        }
        let dims = dims.into_iter().map(|(d, k)| (d, Some(k))).collect();
        Ok(Spec { dims, by: ask.by, range: ask.range, regions })
    }

    /// The things that items stand for, by id, and the cursor behind them; their keys go into the question.
    pub(super) async fn things(&self, ask: &Ask, found: &mut Found) -> Result<(HashMap<Uuid, Named>, Option<String>)> {
        let mut named = HashMap::new();
        let Some(by) = ask.by else { return Ok((named, None)) };
        let Some(dim) = by.dim() else { return Ok((named, None)) };
        if by == By::Version {
            let mut surveys: Vec<Uuid> = found.series.iter().map(|s| s.key.source).collect();
            surveys.sort_unstable();
            surveys.dedup();
            for v in store::versions(self.q, self.actor.org, &surveys).await? {
                let id = figures::version_key(v.survey, v.number);
                let name = found.surveys.get(&v.survey).map_or_else(String::new, |l| l.get(self.actor.lang).to_owned());
                let code = if surveys.len() == 1 { v.number.to_string() } else { format!("{}/{}", v.survey, v.number) };
                named.insert(id, Named { id, name: format!("{name}, {}", v.number), code: Some(code), part: None });
            }
            let keys = named.keys().copied().collect();
            set_keys(&mut found.spec, dim, keys);
            return Ok((named, None));
        }
        let table = match by {
            By::Branch | By::Region => Table::Branch,
            By::Employee => Table::Employee,
            By::Touchpoint => Table::Touchpoint,
            _ => Table::Channel,
        };
        let only = found.spec.dims.iter().find(|d| d.0 == dim).and_then(|d| d.1.clone());
        let (limit, after) = match (by, ask.limit) {
            (By::Region, _) | (_, None) => (None, None),
            (_, Some(n)) => (Some(n), cursor(ask.query.after.as_deref())?),
        };
        let after = after.as_ref().map(|a| (a.0.as_str(), a.1));
        let mut list =
            store::names(self.q, self.actor.org, table, only.as_deref(), after, limit.map_or(i64::MAX, |n| n + 1)).await?;
        let mut next = None;
        if let Some(limit) = limit {
            let cut = kit::web::List::cut(list, limit, |n| vec![n.name.clone(), n.id.to_string()]);
            (list, next) = (cut.items, cut.next);
        }
        if by == By::Region {
            found.spec.regions = list.iter().filter_map(|b| Some((b.id, b.part.clone()?))).collect();
            list.retain(|b| b.part.is_some());
        }
        let keys: Vec<Uuid> = list.iter().map(|n| n.id).collect();
        set_keys(&mut found.spec, dim, keys);
        let lang = self.actor.lang;
        named.extend(list.into_iter().map(|n| (n.id, Named { name: n.words(table, lang), ..n })));
        Ok((named, next))
    }
}

fn set_keys(spec: &mut Spec, dim: Dim, keys: Vec<Uuid>) {
    match spec.dims.iter_mut().find(|d| d.0 == dim) {
        Some(known) => known.1 = Some(keys),
        None => spec.dims.push((dim, Some(keys))),
    }
}

/// The place in a list of names that a page begins behind.
pub(in crate::insight) fn cursor(text: Option<&str>) -> Result<Option<(String, Uuid)>> {
    kit::web::Paging { limit: None, after: text.map(str::to_owned) }.cursor_named()
}

/// Different scales are never averaged.
fn one_scale(ask: &Ask, series: &[Series]) -> Result<()> {
    if !ask.metric.one_scale() || ask.by == Some(By::Question) {
        return Ok(());
    }
    let scale = |s: &Series| (s.key.kind == figures::Kind::Choice, s.key.lo, s.key.hi, s.key.best_is_max);
    let mut scales: Vec<_> = series.iter().map(scale).collect();
    scales.sort_unstable();
    scales.dedup();
    // A choice has no order of its own: one question at a time.
    let mut choices: Vec<_> =
        series.iter().filter(|s| scale(s).0).map(|s| (s.key.source, s.key.question.split('=').next())).collect();
    choices.sort_unstable();
    choices.dedup();
    if scales.len() <= 1 && choices.len() <= 1 {
        return Ok(());
    }
    let mut names: Vec<String> = series.iter().map(|s| s.key.question.split('=').next().unwrap_or("").to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    Err(Error::Invalid(vec![FieldError::new("question", "several-scales").with("questions", names.join(", "))]))
}
