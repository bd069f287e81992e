//! The figure `acknowledged`: a stock, so a period shows how things stood at its end, and an empty one carries over.

use std::collections::HashMap;

use kit::db::Query;
use kit::error::FieldError;
use kit::i18n::{Label, T};
use kit::{Error, Reach, Result};
use measure::share::Share;
use uuid::Uuid;

use super::figure::{self, Figure, Item, MOST_PERIODS};
use super::gather::Desk;
use super::rules::{Ask, By, Compare, Sample, periods};
use super::store::{self, Table};
use crate::figures::{Period, Series};
use crate::standards::duties::report::{self, Scope, Split, Stock};
use crate::standards::duties::rules::duty::position_id;
use crate::standards::duties::store::reads;

pub(super) fn sample(stock: Stock) -> Sample {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Sample::Percent(Share { yes: count(stock.known), n: count(stock.required) })
}

/// A line with the name of what it stands for.
struct Line {
    key: String,
    /// Its number, where the lines are periods.
    period: Option<i64>,
    label: String,
    code: Option<String>,
    stock: Stock,
    before: Option<Stock>,
}

impl<Q: Query> Desk<'_, Q> {
    /// Who knows what, as far as the reader may see it.
    ///
    /// # Errors
    /// `Invalid` naming the parameter; `Forbidden` for another branch, and for those who see only their own: they have
    /// their duties.
    pub(super) async fn acknowledged(&self, ask: &Ask, all: &[Series]) -> Result<Figure> {
        let scope = self.scope(ask).await?;
        let (lines, next) = match ask.period() {
            Period::None => self.lines(ask, all, &scope).await?,
            period => (self.periods(ask, all, &scope, period).await?, None),
        };
        let item = |line: Line| Item {
            key: line.key,
            label: line.label,
            code: line.code,
            sample: sample(line.stock),
            suppressed: false,
            previous: ask.compare.map(|_| sample(line.before.unwrap_or_default())),
            tier: None,
            standing: None,
            survey: None,
        };
        let drawn: Vec<i64> = lines.iter().filter_map(|l| l.period).collect();
        let mut items: Vec<Item> = lines.into_iter().map(item).collect();
        if ask.tiers {
            figure::put_tiers(&mut items, true);
        }
        let chart = self.chart(ask, &items, &drawn).await?;
        Ok(Figure {
            metric: ask.metric,
            range: ask.range,
            by: ask.by,
            items,
            next,
            chart,
            left_out: Default::default(),
            scale: None,
            options: HashMap::new(),
        })
    }

    async fn scope(&self, ask: &Ask) -> Result<Scope> {
        let (org, query) = (self.actor.org, &ask.query);
        let mut scope = Scope::default();
        match self.actor.reach {
            Reach::Company => {}
            Reach::OwnBranches => scope.branches = Some(self.actor.branches.to_vec()),
            Reach::Own => return Err(Error::Forbidden("role")),
        }
        let mut only = |keys: Vec<Uuid>| match &mut scope.branches {
            Some(known) => known.retain(|k| keys.contains(k)),
            None => scope.branches = Some(keys),
        };
        if let Some(text) = &query.branch {
            let found = store::find(self.q, org, Table::Branch, text).await?.ok_or_else(|| Error::field("branch", "unknown"))?;
            if !self.actor.reaches(Some(found.id)) {
                return Err(Error::Forbidden("other-branch"));
            }
            only(vec![found.id]);
        }
        if let Some(region) = &query.region {
            let keys = store::in_region(self.q, org, region).await?;
            if keys.is_empty() {
                return Err(Error::field("region", "unknown"));
            }
            only(keys);
        }
        let id = |text: &str| Uuid::try_parse(text).unwrap_or_default();
        if let Some(text) = &query.item {
            let head = crate::standards::editing::item_ref(self.q, org, id(text)).await?;
            scope.item = Some(head.filter(|h| h.published).ok_or_else(|| Error::field("item", "unknown"))?.id);
        }
        if let Some(text) = &query.standard {
            let found = crate::standards::editing::find(self.q, org, id(text)).await;
            scope.standard = Some(found.map_err(|_| Error::field("standard", "unknown"))?.row.id);
        }
        if let Some(text) = &query.position {
            let wanted = position_id(text);
            let known = report::positions(self.q, org).await?;
            let found = known.iter().find(|p| Some(p.0) == wanted).ok_or_else(|| Error::field("position", "unknown"))?;
            scope.position = Some(found.0);
        }
        Ok(scope)
    }

    async fn lines(&self, ask: &Ask, all: &[Series], scope: &Scope) -> Result<(Vec<Line>, Option<String>)> {
        let org = self.actor.org;
        let t = T::new(self.actor.lang);
        let split = match ask.by {
            Some(By::Branch | By::Region) => Split::Branch,
            Some(By::Position) => Split::Position,
            Some(By::Item) => Split::Item,
            Some(By::Standard) => Split::Standard,
            _ => Split::Whole,
        };
        let mut scope = scope.clone();
        let mut next = None;
        // (key, name, code, part): what stands on the lines, by name.
        let mut named: Vec<(Uuid, String, Option<String>, Option<String>)> = match split {
            Split::Whole => vec![(Uuid::nil(), t.s("insight-all"), None, None)],
            Split::Branch => {
                let page = ask.limit.filter(|_| ask.by == Some(By::Branch));
                let after = if page.is_some() { figure::cursor(ask.query.after.as_deref())? } else { None };
                let after = after.as_ref().map(|a| (a.0.as_str(), a.1));
                let limit = page.map_or(i64::MAX, |n| n + 1);
                let mut list = store::names(self.q, org, Table::Branch, scope.branches.as_deref(), after, limit).await?;
                if let Some(limit) = page {
                    let cut = kit::web::List::cut(list, limit, |n| vec![n.name.clone(), n.id.to_string()]);
                    (list, next) = (cut.items, cut.next);
                }
                scope.branches = Some(list.iter().map(|b| b.id).collect());
                list.into_iter().map(|b| (b.id, b.name, b.code, b.part)).collect()
            }
            Split::Position => report::positions(self.q, org).await?.into_iter().map(|p| (p.0, p.1, None, None)).collect(),
            Split::Item | Split::Standard => {
                let mut out: Vec<(Uuid, String, Option<String>, Option<String>)> = Vec::new();
                for row in reads::items(self.q, org).await? {
                    let text = |stored: &str| {
                        serde_json::from_str::<Label>(stored).map_or_else(|_| stored.to_owned(), |l| t.label(&l).to_owned())
                    };
                    if split == Split::Item {
                        let words: crate::standards::editing::rules::ItemText = serde_json::from_str(&row.text)?;
                        out.push((row.id, t.label(&words.text).to_owned(), None, None));
                    } else if out.last().is_none_or(|l| l.0 != row.standard) {
                        out.push((row.standard, text(&row.title), None, None));
                    }
                }
                out
            }
        };
        let now = report::stock(self.q, org, all, &scope, split, ask.range.to).await?;
        let before = match ask.compare {
            None => HashMap::new(),
            Some(compare) => {
                let range = periods::range_before(ask.range, compare == Compare::Year).unwrap_or_default();
                report::stock(self.q, org, all, &scope, split, range.to).await?
            }
        };
        let of = |id: &Uuid| now.get(id).copied().unwrap_or_default();
        let then = |id: &Uuid| ask.compare.map(|_| before.get(id).copied().unwrap_or_default());
        if ask.by == Some(By::Region) {
            let mut regions: Vec<Line> = Vec::new();
            for (id, _, _, part) in named.iter().filter(|n| n.3.is_some()) {
                let name = part.clone().unwrap_or_default();
                let (stock, before) = (of(id), then(id));
                match regions.iter_mut().find(|r| r.key == name) {
                    Some(line) => {
                        line.stock = plus(line.stock, stock);
                        line.before = line.before.zip(before).map(|(a, b)| plus(a, b));
                    }
                    None => regions.push(Line { key: name.clone(), period: None, label: name, code: None, stock, before }),
                }
            }
            regions.sort_by_key(|r| r.label.to_lowercase());
            return Ok((regions, None));
        }
        if matches!(split, Split::Item | Split::Standard) {
            // A narrowed question shows what it is about; so does a reader of a few branches.
            let narrowed =
                scope.standard.is_some() || scope.item.is_some() || scope.branches.is_some() || scope.position.is_some();
            named.retain(|n| !narrowed || now.contains_key(&n.0));
        }
        let line = |(id, label, code, _): (Uuid, String, Option<String>, Option<String>)| Line {
            key: if split == Split::Whole { "all".into() } else { id.to_string() },
            period: None,
            stock: of(&id),
            before: then(&id),
            label,
            code,
        };
        let mut lines: Vec<Line> = named.into_iter().map(line).collect();
        if split != Split::Whole && next.is_none() && ask.limit.is_none() {
            lines.sort_by_cached_key(|l| (l.label.to_lowercase(), l.key.clone()));
        }
        if let (Some(limit), true) = (ask.limit, split != Split::Branch) {
            lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok((lines, next))
    }

    async fn periods(&self, ask: &Ask, all: &[Series], scope: &Scope, period: Period) -> Result<Vec<Line>> {
        let org = self.actor.org;
        let since = report::since(self.q, org, all).await?;
        let Some(from) = ask.range.from.or(since) else { return Ok(Vec::new()) };
        let last = ask.range.to.map_or(self.today, |t| t - 1).max(from);
        let (first, end) = (periods::of(period, from), periods::of(period, last));
        if end - first > MOST_PERIODS {
            return Err(Error::Invalid(vec![FieldError::new("from", "too-many").with("max", MOST_PERIODS)]));
        }
        // A period that is cut, or not over yet, shows how things stand at the end of what there is.
        let edge = |p: i64| periods::start(period, p + 1).min(last + 1);
        let year = ask.compare == Some(Compare::Year);
        let numbers: Vec<i64> = (first..=end).collect();
        let ends: Vec<i64> = numbers.iter().map(|p| edge(*p)).collect();
        let now = report::over(self.q, org, all, scope, &ends).await?;
        let before = match ask.compare {
            None => Vec::new(),
            Some(_) => {
                let ends: Vec<i64> =
                    numbers.iter().map(|p| periods::start(period, periods::before(period, *p, year) + 1)).collect();
                report::over(self.q, org, all, scope, &ends).await?
            }
        };
        let t = T::new(self.actor.lang);
        let ahead = |p: i64| periods::start(period, p) > self.today;
        Ok(numbers
            .iter()
            .enumerate()
            .map(|(n, p)| Line {
                key: periods::key(period, *p),
                period: Some(*p),
                label: figure::period_label(t, period, *p),
                code: None,
                // What has not come is not known.
                stock: if ahead(*p) { Stock::default() } else { now.get(n).copied().unwrap_or_default() },
                before: ask.compare.map(|_| before.get(n).copied().unwrap_or_default()),
            })
            .collect())
    }
}

fn plus(a: Stock, b: Stock) -> Stock {
    Stock { required: a.required + b.required, known: a.known + b.known }
}
