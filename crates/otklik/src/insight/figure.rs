//! One figure: from the question with its names to items with their intervals, changes, limits and tiers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kit::db::Query;
use kit::error::FieldError;
use kit::i18n::{Label, T};
use kit::{Error, Result};
use measure::chart::ProcessChart;
use measure::difference::Difference;
use measure::tiers::Comparison;
use uuid::Uuid;

use super::gather::{Desk, Gathered, Key, Spec};
use super::rules::{Ask, By, Compare, Metric, Sample, periods};
use super::store::{self, Named, Table};
use crate::figures::{self, Dim, Period, Range, Series};

/// Baseline of a process chart.
pub const BASELINE: usize = 20;
/// So many periods are drawn up at most.
pub(super) const MOST_PERIODS: i64 = 20_000;

/// One item of a figure.
#[derive(Clone, Debug)]
pub struct Item {
    /// As the API writes it.
    pub key: String,
    pub label: String,
    pub code: Option<String>,
    pub sample: Sample,
    pub suppressed: bool,
    /// What it is compared with, where that was asked for.
    pub previous: Option<Sample>,
    pub tier: Option<usize>,
    pub standing: Option<Comparison>,
    /// The series behind it, where the item is a question.
    pub survey: Option<Uuid>,
}

impl Item {
    /// The change against what it is compared with.
    #[must_use]
    pub fn change(&self) -> Option<Difference> {
        self.sample.less(self.previous.as_ref()?)
    }
}

/// A figure with all its items.
#[derive(Clone, Debug)]
pub struct Figure {
    pub metric: Metric,
    pub range: Range,
    pub by: Option<By>,
    pub items: Vec<Item>,
    pub next: Option<String>,
    pub chart: Option<ProcessChart>,
    /// Surveys whose anonymous answers may not be cut this way.
    pub left_out: BTreeSet<Uuid>,
    /// The scale, where it is one.
    pub scale: Option<(i64, i64, bool)>,
    /// Words of the options of a choice.
    pub options: HashMap<String, String>,
}

/// What a question's names stand for.
struct Found {
    series: Vec<Series>,
    /// The surveys behind them, with whether they are guarded.
    sources: HashMap<Uuid, bool>,
    spec: Spec,
    surveys: HashMap<Uuid, Label>,
    /// Words of the items, for figures about standards; titles of the questions (`survey/key`), where each is one.
    items: HashMap<String, Label>,
}

impl<Q: Query> Desk<'_, Q> {
    /// Answers a question.
    ///
    /// # Errors
    /// `Invalid` naming the parameter, `Forbidden` for another branch.
    pub async fn figure(&self, ask: &Ask) -> Result<Figure> {
        let all = figures::all_series(self.q, self.actor.org).await?;
        self.figure_of(ask, &all).await
    }

    /// The same with the company's series at hand.
    ///
    /// # Errors
    /// As [`Self::figure`].
    pub async fn figure_of(&self, ask: &Ask, all: &[Series]) -> Result<Figure> {
        if ask.metric == Metric::Acknowledged {
            return self.acknowledged(ask, all).await;
        }
        let mut found = self.resolve(ask, all).await?;
        let (named, next) = self.things(ask, &mut found).await?;
        let now = self.gathered(ask, &found, &found.spec, true).await?;
        let (now, mut samples) = now;
        self.fill(ask, &mut samples, &named, &now)?;
        let earlier = match ask.compare {
            None => BTreeMap::new(),
            Some(compare) => self.earlier(ask, &found, compare).await?,
        };
        let t = T::new(self.actor.lang);
        let mut items: Vec<Item> = Vec::with_capacity(samples.len());
        for (key, sample) in samples {
            let suppressed = now.hidden.contains(&key) && sample.as_ref().is_none_or(|s| s.n() == 0);
            let Some((text, label, code, survey)) = self.name(&key, ask, &found, &named, t) else { continue };
            let previous = ask.compare.map(|_| earlier.get(&key).cloned().unwrap_or_else(|| ask.metric.empty()));
            let sample = sample.unwrap_or_else(|| ask.metric.empty());
            items.push(Item { key: text, label, code, sample, suppressed, previous, tier: None, standing: None, survey });
        }
        if ask.period() == Period::None && ask.by.is_some() {
            items.sort_by_cached_key(|i| (i.label.to_lowercase(), i.key.clone()));
        }
        let scale = found.series.first().map(|s| (s.key.lo, s.key.hi, s.key.best_is_max));
        if ask.tiers {
            put_tiers(&mut items, ask.metric.up_is_better(scale.is_none_or(|s| s.2)));
        }
        let chart = ask.chart.then(|| super::view::process(&items.iter().map(|i| i.sample.clone()).collect::<Vec<_>>()));
        let options = self.options(ask.metric, &found).await?;
        Ok(Figure {
            metric: ask.metric,
            range: ask.range,
            by: ask.by,
            items,
            next,
            chart,
            left_out: now.left_out,
            scale,
            options,
        })
    }

    /// Answers from the cells; invitations from their own rows.
    async fn gathered(
        &self,
        ask: &Ask,
        found: &Found,
        spec: &Spec,
        strict: bool,
    ) -> Result<(Gathered, BTreeMap<Key, Option<Sample>>)> {
        if ask.metric == Metric::ResponseRate {
            return self.response_rate(&found.sources, spec).await;
        }
        let gathered = self.gather(&found.series, spec, strict).await?;
        let samples = samples(ask.metric, &found.series, &gathered);
        Ok((gathered, samples))
    }

    async fn earlier(&self, ask: &Ask, found: &Found, compare: Compare) -> Result<BTreeMap<Key, Sample>> {
        let (period, year) = (ask.period(), compare == Compare::Year);
        let range = if period == Period::None {
            periods::range_before(ask.range, year).unwrap_or_default()
        } else {
            // Each period is compared with the one before it, or with that of a year before.
            let from = ask.range.from.map(|f| periods::start(period, periods::before(period, periods::of(period, f), year)));
            Range { from, to: ask.range.to }
        };
        let spec = Spec { range, ..found.spec.clone() };
        let (_, samples) = self.gathered(ask, found, &spec, false).await?;
        Ok(samples
            .into_iter()
            .filter_map(|(key, sample)| {
                let key = match key {
                    Key::Period(p) => Key::Period(after(period, p, year)),
                    other => other,
                };
                Some((key, sample?))
            })
            .collect())
    }

    /// The series and places that a question names.
    async fn resolve(&self, ask: &Ask, all: &[Series]) -> Result<Found> {
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
    async fn of_standard(&self, ask: &Ask) -> Result<(Option<Uuid>, Option<Uuid>)> {
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
    pub(super) async fn places(&self, ask: &Ask) -> Result<Spec> {
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
    async fn things(&self, ask: &Ask, found: &mut Found) -> Result<(HashMap<Uuid, Named>, Option<String>)> {
        let mut named = HashMap::new();
        let Some(by) = ask.by else { return Ok((named, None)) };
        let Some(dim) = by.dim() else { return Ok((named, None)) };
        if by == By::Version {
            let mut surveys: Vec<Uuid> = found.series.iter().map(|s| s.key.source).collect();
            surveys.sort_unstable();
            surveys.dedup();
            for v in store::versions(self.q, self.actor.org, &surveys).await? {
                let id = figures::rules::version_key(v.survey, v.number);
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

    /// Periods without answers are items too; so is a whole without any.
    fn fill(
        &self,
        ask: &Ask,
        samples: &mut BTreeMap<Key, Option<Sample>>,
        named: &HashMap<Uuid, Named>,
        now: &Gathered,
    ) -> Result<()> {
        for key in &now.hidden {
            samples.entry(key.clone()).or_insert(None);
        }
        let period = ask.period();
        if ask.by.is_none() {
            samples.entry(Key::Whole).or_insert(None);
        }
        // A page of named things shows only those of its page.
        if ask.by.and_then(By::dim).is_some() && ask.by != Some(By::Region) {
            samples.retain(|k, _| matches!(k, Key::Id(id) if named.contains_key(id)));
        }
        if period == Period::None {
            return Ok(());
        }
        let number = |k: &Key| if let Key::Period(p) = k { Some(*p) } else { None };
        let known = (samples.keys().filter_map(number).min(), samples.keys().filter_map(number).max());
        let first = ask.range.from.map(|d| periods::of(period, d)).or(known.0);
        let last = ask.range.to.map(|d| periods::of(period, d - 1)).or_else(|| {
            // An open end means until now.
            ask.range.from.map(|_| periods::of(period, self.today)).max(known.1)
        });
        if let (Some(first), Some(last)) = (first, last) {
            if last - first > MOST_PERIODS {
                return Err(Error::Invalid(vec![FieldError::new("from", "too-many").with("max", MOST_PERIODS)]));
            }
            for p in first..=last {
                samples.entry(Key::Period(p)).or_insert(None);
            }
        }
        Ok(())
    }

    fn name(
        &self,
        key: &Key,
        ask: &Ask,
        found: &Found,
        named: &HashMap<Uuid, Named>,
        t: T,
    ) -> Option<(String, String, Option<String>, Option<Uuid>)> {
        let survey_name = |id: &Uuid| found.surveys.get(id).map_or_else(|| id.to_string(), |l| t.label(l).to_owned());
        Some(match key {
            Key::Whole => ("all".into(), t.s("insight-all"), None, None),
            Key::Period(p) => {
                let text = periods::key(ask.period(), *p);
                (text, period_label(t, ask.period(), *p), None, None)
            }
            Key::Id(id) if ask.by == Some(By::Survey) => (id.to_string(), survey_name(id), None, Some(*id)),
            Key::Id(id) => {
                let thing = named.get(id)?;
                let key = match ask.by {
                    // A channel is known by its name, a version by its number.
                    Some(By::Channel | By::Version) => thing.code.clone().unwrap_or_else(|| id.to_string()),
                    _ => id.to_string(),
                };
                (key, thing.name.clone(), thing.code.clone(), None)
            }
            Key::Text(text) => (text.clone(), text.clone(), None, None),
            Key::Series(id) => {
                let s = found.series.iter().find(|s| s.id == *id)?;
                if ask.by == Some(By::Item) {
                    let words = found.items.get(&s.key.question).map_or("", |l| t.label(l));
                    return Some((s.key.question.clone(), words.to_owned(), None, None));
                }
                let same = found.series.iter().filter(|o| o.key.question == s.key.question).count();
                let key = if same == 1 {
                    s.key.question.clone()
                } else {
                    format!("{}/{}/{}-{}", s.key.source, s.key.question, s.key.lo, s.key.hi)
                };
                let title = found.items.get(&format!("{}/{}", s.key.source, s.key.question));
                let title = title.map_or(s.key.question.as_str(), |l| t.label(l));
                let surveys: BTreeSet<Uuid> = found.series.iter().map(|o| o.key.source).collect();
                let label =
                    if surveys.len() == 1 { title.to_owned() } else { format!("{}: {title}", survey_name(&s.key.source)) };
                (key, label, None, Some(s.key.source))
            }
        })
    }

    /// How the newest form asks each question, and each row of a matrix.
    async fn titles(&self, series: &[Series]) -> Result<HashMap<String, Label>> {
        let surveys: BTreeSet<Uuid> = series.iter().map(|s| s.key.source).collect();
        let mut out = HashMap::new();
        for version in store::versions(self.q, self.actor.org, &surveys.into_iter().collect::<Vec<_>>()).await? {
            let form: crate::surveys::rules::form::Form = serde_json::from_str(&version.form)?;
            for q in form.questions {
                for row in &q.rows {
                    let lang = self.actor.lang;
                    let words = format!("{}: {}", q.title.get(lang), row.title.get(lang));
                    out.insert(format!("{}/{}.{}", version.survey, q.key, row.key), words.into());
                }
                out.insert(format!("{}/{}", version.survey, q.key), q.title);
            }
        }
        Ok(out)
    }

    /// The words of the options, where a choice is spread out.
    async fn options(&self, metric: Metric, found: &Found) -> Result<HashMap<String, String>> {
        let mut out = HashMap::new();
        let choice = |s: &&Series| s.key.kind == figures::Kind::Choice;
        if metric != Metric::Distribution || !found.series.iter().any(|s| choice(&s)) {
            return Ok(out);
        }
        let surveys: Vec<Uuid> = found.series.iter().filter(choice).map(|s| s.key.source).collect();
        for version in store::versions(self.q, self.actor.org, &surveys).await? {
            let form: crate::surveys::rules::form::Form = serde_json::from_str(&version.form)?;
            for option in form.questions.iter().flat_map(|q| &q.options) {
                out.insert(option.key.clone(), option.title.get(self.actor.lang).to_owned());
            }
        }
        Ok(out)
    }
}

/// The period that follows one (or comes a year after it).
pub(super) fn after(period: Period, number: i64, year: bool) -> i64 {
    match (period, year) {
        (Period::Day, true) => {
            let date = kit::time::date_of(number);
            let next = date.saturating_add(jiff::Span::new().years(1));
            kit::time::day_number(next)
        }
        (Period::Week, true) => number + 52,
        (Period::Month, true) => number + 12,
        _ => number + 1,
    }
}

fn set_keys(spec: &mut Spec, dim: Dim, keys: Vec<Uuid>) {
    match spec.dims.iter_mut().find(|d| d.0 == dim) {
        Some(known) => known.1 = Some(keys),
        None => spec.dims.push((dim, Some(keys))),
    }
}

pub(super) fn cursor(text: Option<&str>) -> Result<Option<(String, Uuid)>> {
    let paging = kit::web::Paging { limit: None, after: text.map(str::to_owned) };
    let Some(parts) = paging.cursor()? else { return Ok(None) };
    let bad = || Error::field("after", "bad-cursor");
    let [name, id] = parts.as_slice() else { return Err(bad()) };
    Ok(Some((name.clone(), Uuid::try_parse(id).map_err(|_| bad())?)))
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

/// What was gathered, as samples of one figure. Scales whose lower end is best count turned round where that matters.
#[must_use]
pub fn samples(metric: Metric, series: &[Series], gathered: &Gathered) -> BTreeMap<Key, Option<Sample>> {
    let by_id: HashMap<i64, &Series> = series.iter().map(|s| (s.id, s)).collect();
    let mut out: BTreeMap<Key, Option<Sample>> = BTreeMap::new();
    for ((key, id), hist) in &gathered.sums {
        let Some(series) = by_id.get(id).filter(|s| metric.takes(&s.key, true)) else { continue };
        let sample = metric.sample(&series.key, hist);
        let slot = out.entry(key.clone()).or_insert(None);
        *slot = Some(match slot.take() {
            Some(known) => known.merge(sample),
            None => sample,
        });
    }
    out
}

pub(super) fn put_tiers(items: &mut [Item], up_is_better: bool) {
    let groups: Vec<(usize, measure::tiers::Group)> =
        items.iter().enumerate().filter(|(_, i)| !i.suppressed).filter_map(|(at, i)| Some((at, i.sample.group()?))).collect();
    let only: Vec<measure::tiers::Group> = groups.iter().map(|g| g.1).collect();
    let tiers = measure::tiers::tiers(&only, up_is_better);
    let standings = measure::tiers::compare(&only);
    for (((at, _), tier), standing) in groups.iter().zip(tiers).zip(standings) {
        items[*at].tier = Some(tier);
        items[*at].standing = Some(standing);
    }
}

/// How people call a period.
#[must_use]
pub fn period_label(t: T, period: Period, number: i64) -> String {
    let date = kit::time::date_of(periods::start(period, number));
    match period {
        Period::Month => t.month(date.year(), date.month()),
        Period::Week => t.week(&date),
        _ => t.date_short(&date),
    }
}
