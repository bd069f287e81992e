//! A company to look at: a year of life in every module. Everything goes through the same verbs as a real company's.
//!
//! Its year is fifteen months long, so that every quarter has the same one a year before it.
//!
//! The story: a chain of clinics. The Nevsky branch lost its second receptionist in spring and its queue shows; in late
//! summer everybody learned a new greeting, and the figures of the desk follow; the standard behind it is told in `standards`.

mod learning;
mod standards;
mod words;

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use kit::i18n::{Label, Lang};
use kit::ids::Entropy;
use kit::secret::PasswordCost;
use kit::time::{DAY, HOUR, MINUTE, Timestamp, date_of, day_number, start_of_day};
use kit::{Error, Result, Role, Tx, Via};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::places::{create_branch, create_mark, create_touchpoint};
use crate::access::rules::places::{BranchForm, MarkForm, TouchpointForm};
use crate::access::{self, NewMember, NewOrg};
use crate::app::App;
use crate::staff::rules::{DepartmentForm, EmployeeForm};
use crate::surveys::backfill;
use crate::surveys::intake::{Coming, Memory, Origin, prepare};
use crate::surveys::rules::Form;
use standards::{Rules, Who};

/// What was made and how to come in.
#[derive(Debug, serde::Serialize)]
pub struct Made {
    pub org: Uuid,
    pub name: String,
    pub owner: Uuid,
    #[serde(skip)]
    pub login: Uuid,
    /// Everybody's password; random.
    pub password: String,
    /// Who can sign in: e-mail and role.
    pub people: Vec<(String, &'static str)>,
    pub answers: usize,
}

/// Chance that repeats: the same seed tells the same story.
struct Dice(Entropy);

impl Dice {
    /// A number in 0…1.
    fn share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a million steps are fine enough")]
        let share = self.0.below(1_000_000) as f64 / 1_000_000.0;
        share
    }

    fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        from.get(usize::try_from(self.0.below(from.len() as u64)).unwrap_or(0))
    }

    /// About normal: the sum of four even throws, mean 0, deviation about 0.58.
    fn swing(&self) -> f64 {
        (0..4).map(|_| self.share()).sum::<f64>() - 2.0
    }
}

/// Adds the demonstration company; its year ends the day before `until`.
///
/// # Errors
/// `Conflict` when it is there already; those of the database.
pub async fn load(app: &App, seed: u64, until: Date) -> Result<Made> {
    let dice = Dice(Entropy::seeded(seed));
    let name = if seed == 1 {
        "Клиники «Берег» (пример)".to_owned()
    } else {
        format!("Клиники «Берег» (пример {seed})")
    };
    let password = kit::secret::printed_code(4, &mut |b: &mut [u8]| app.ground.entropy.fill(b));
    let ground = std::sync::Arc::clone(&app.ground);
    let plain = password.clone();
    let hash = tokio::task::spawn_blocking(move || {
        kit::secret::hash_password(&plain, PasswordCost::OWASP, &mut |b: &mut [u8]| ground.entropy.fill(b))
    })
    .await
    .map_err(|e| Error::Internal(e.to_string()))?
    .map_err(|e| Error::Internal(format!("{e:?}")))?;
    let actor = access::entry::system(Uuid::nil(), "", "Europe/Moscow", Via::Cli);
    let mut tx = app.write(&actor).await?;
    let mail = |who: &str| if seed == 1 { format!("{who}@bereg.example") } else { format!("{who}{seed}@bereg.example") };
    let new = NewOrg {
        name: name.clone(),
        timezone: "Europe/Moscow".into(),
        locale: "ru".into(),
        owner_name: "Ольга Николаевна Берг".into(),
        owner_email: mail("olga"),
        owner_password: Some(hash.clone()),
    };
    let (org, owner) = access::set_up(&mut tx, &new).await?;
    let login = access::store::login_for_email(&tx, &mail("olga"), None).await?;
    let places = places(&tx).await?;
    let mut people = vec![(mail("olga"), Role::Owner.as_str())];
    let nevsky = places.branches.get("nevsky").copied();
    let mut members = Vec::new();
    for (who, full, role, branches) in [
        ("anna", "Анна Сергеевна Лебедева", Role::Manager, vec![]),
        ("boris", "Борис Ильич Невельский", Role::Supervisor, nevsky.into_iter().collect()),
        ("gleb", "Глеб Романович Тихий", Role::Viewer, vec![]),
    ] {
        let new = NewMember { name: full.into(), email: Some(mail(who)), phone: None, role, employee: None, branches };
        let member = access::add_member(&tx, &new).await?;
        access::activate(&tx, member, &mail(who), &hash).await?;
        people.push((mail(who), role.as_str()));
        members.push(Who { member, name: full, role, employee: None });
    }
    let Some(desk) = places.ids.get(words::VERA).copied() else { return Err(Error::Internal("Vera is missing".into())) };
    let vera = standards::vera(&tx, &mail("vera"), &hash, desk).await?;
    people.push((mail("vera"), Role::Employee.as_str()));
    let greeting = until.saturating_sub(84.days());
    for (on, text) in [
        (greeting, "Новое приветствие на стойке"),
        (until.saturating_sub(230.days()), "На Невском уволился второй администратор"),
    ] {
        create_mark(&tx, &MarkForm { on, text: text.into(), branch: None, rebase: false }).await?;
    }
    tx.commit().await?;
    let [anna, boris, ..] = members[..] else { return Err(Error::Internal("people are missing".into())) };
    let stage = standards::Stage {
        app,
        base: access::entry::system(org, &name, "Europe/Moscow", Via::Cli),
        until,
        greeting: 84,
        olga: Who { member: owner, name: "Ольга Николаевна Берг", role: Role::Owner, employee: None },
        anna,
        boris,
        vera,
        employees: places.employees.clone(),
        ids: places.ids.clone(),
    };
    let rules = standards::tell(&stage).await?;
    // The questions point at the rules that they ask about, so they come after them; clients have answered for a year.
    let mut tx = app.write(&stage.base).await?;
    tx.now = kit::time::start_of_day(stage.day(370), &actor.zone).plus(10 * kit::time::HOUR);
    let visit = survey(&tx, visit_form(&rules)).await?;
    let call = survey(&tx, call_form(&rules)).await?;
    let pulse = survey(&tx, pulse_form()).await?;
    tx.commit().await?;
    let mut answers = 0;
    let story = Story { dice: &dice, until, greeting: day_number(greeting), zone: actor.zone.clone() };
    answers += story.tell(app, &visit, &places, 14.0, visit_answers).await?;
    answers += story.tell(app, &call, &places, 5.0, call_answers).await?;
    answers += story.tell(app, &pulse, &places, 0.6, pulse_answers).await?;
    Ok(Made { org, name, owner, login, password, people, answers })
}

struct Places {
    branches: BTreeMap<&'static str, Uuid>,
    /// Codes of employees by branch.
    employees: BTreeMap<&'static str, Vec<String>>,
    /// Their ids by code.
    ids: BTreeMap<String, Uuid>,
}

async fn places(tx: &Tx) -> Result<Places> {
    let mut out = Places { branches: BTreeMap::new(), employees: BTreeMap::new(), ids: BTreeMap::new() };
    for (code, name, region, _) in words::BRANCHES {
        let form = BranchForm { name: name.into(), code: code.into(), timezone: None, region: Some(region.into()) };
        out.branches.insert(code, create_branch(tx, &form).await?.id);
    }
    for (key, ru, en, stage, channel) in words::TOUCHPOINTS {
        let name = Label::Map([(Lang::Ru, ru.to_owned()), (Lang::En, en.to_owned())].into());
        let form = TouchpointForm { key: key.into(), name, stage: stage.into(), channel: Some(channel.into()), owner: None };
        create_touchpoint(tx, &form).await?;
    }
    for name in words::DEPARTMENTS {
        crate::staff::create_department(tx, &DepartmentForm { name: name.into() }).await?;
    }
    for (i, person) in words::PEOPLE.iter().enumerate() {
        let (code, ..) = words::BRANCHES[i % words::BRANCHES.len()];
        let number = format!("s{:02}", i + 1);
        let department = words::DEPARTMENTS[i / words::BRANCHES.len() % words::DEPARTMENTS.len()];
        let form = EmployeeForm {
            name: (*person).into(),
            branch: code.into(),
            department: Some(department.into()),
            position: Some(words::POSITIONS[i / words::BRANCHES.len() % words::POSITIONS.len()].into()),
            email: None,
            phone: None,
            hired_on: None,
            left_on: None,
            code: Some(number.clone()),
        };
        let id = crate::staff::create_employee(tx, &form).await?.id;
        out.ids.insert(number.clone(), id);
        out.employees.entry(code).or_default().push(number);
    }
    Ok(out)
}

async fn survey(tx: &Tx, form: Json) -> Result<String> {
    let form: Form = kit::web::from_value(form)?;
    let row = crate::surveys::create(tx, &form).await?;
    Ok(crate::surveys::publish(tx, row.id).await?.code)
}

fn two(ru: &str, en: &str) -> Json {
    json!({"ru": ru, "en": en})
}

fn visit_form(rules: &Rules) -> Json {
    json!({"name": two("После визита", "After the visit"), "locales": ["ru", "en"],
        "thanks": two("Если оставили телефон, ответим до пятницы.",
                      "If you left a phone number, we will answer by Friday."),
        "low_score": {"question": "nps", "below": 7},
        "questions": [
            {"key": "nps", "type": "nps", "required": true, "title": two("Посоветуете нас близким?", "Would you recommend us to people close to you?")},
            {"key": "why", "type": "text", "title": two("Почему?", "Why?"), "max": 1000},
            {"key": "desk", "type": "csat", "touchpoint": "desk", "item": rules.desk, "title": two("Как вас встретили на стойке?", "How were you met at the desk?")},
            {"key": "doctor", "type": "csat", "touchpoint": "doctor", "title": two("Как прошёл приём?", "How was the doctor?")},
            {"key": "wait", "type": "choice", "touchpoint": "waiting", "title": two("Сколько ждали?", "How long did you wait?"), "options": [
                {"key": "none", "title": two("Не ждали", "Not at all")}, {"key": "short", "title": two("До 15 минут", "Up to 15 minutes")},
                {"key": "long", "title": two("Дольше", "Longer")}]},
            {"key": "warned", "type": "scored_choice", "touchpoint": "waiting", "item": rules.wait,
             "title": two("Подошли ли к вам и назвали новое время?", "Did anybody come up and name a new time?"),
             "show_if": {"question": "wait", "op": "eq", "value": "long"}, "options": [
                {"key": "yes", "title": two("Да", "Yes"), "points": 10},
                {"key": "asked", "title": two("Да, когда я спросил(а)", "Yes, when I asked"), "points": 5},
                {"key": "no", "title": two("Нет", "No"), "points": 0}]},
            {"key": "contact", "type": "contact", "fields": ["name", "phone"], "title": two("Оставить телефон?", "Leave a phone number?"),
             "consent": two("Согласен на обработку телефона, чтобы мне ответили на этот отзыв.", "I agree that my phone number is used to answer this review."),
             "show_if": {"question": "nps", "op": "le", "value": 6}}]})
}

fn call_form(rules: &Rules) -> Json {
    json!({"name": two("После звонка", "After the call"), "locales": ["ru"], "questions": [
        {"key": "ces", "type": "ces", "required": true, "touchpoint": "phone", "title": two("Легко ли было решить вопрос?", "Was it easy to get it done?")},
        {"key": "tone", "type": "rating", "touchpoint": "phone", "item": rules.call, "scale": {"min": 1, "max": 10}, "title": two("Как с вами говорили?", "How did we speak with you?")},
        {"key": "why", "type": "text", "title": two("Что улучшить?", "What could be better?")}]})
}

fn pulse_form() -> Json {
    json!({"name": two("Пульс команды", "Team pulse"), "locales": ["ru"], "about": "staff", "anonymity": "confidential", "questions": [
        {"key": "enps", "type": "nps", "required": true, "title": two("Посоветуете работать у нас?", "Would you recommend working here?")},
        {"key": "why", "type": "text", "title": two("Что изменить в первую очередь?", "What should change first?")}]})
}

struct Story<'a> {
    dice: &'a Dice,
    until: Date,
    greeting: i64,
    zone: jiff::tz::TimeZone,
}

/// How good a visit was: about 0 is usual, ±1 clearly better or worse.
type Say = fn(&Dice, f64, bool) -> Json;

impl Story<'_> {
    /// A year of answers to one survey, `a_day` on average; says how many.
    async fn tell(&self, app: &App, code: &str, places: &Places, a_day: f64, say: Say) -> Result<usize> {
        let memory = Memory::default();
        let open = memory.survey(&app.ground, code).await?.ok_or(Error::NotFound)?;
        let end = day_number(self.until);
        let mut batch = Vec::new();
        let mut told = 0;
        for day in end - 456..end {
            let weekday = date_of(day).weekday().to_monday_zero_offset();
            let busy = if weekday >= 5 { 0.45 } else { 1.0 };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count of answers")]
            let count = (a_day * busy + self.dice.swing() * 1.5).max(0.0).round() as usize;
            for _ in 0..count {
                let Some((branch, _, _, level)) = self.dice.pick(&words::BRANCHES) else { continue };
                let mut quality = level + self.dice.swing() * 1.4;
                let trouble = *branch == "nevsky" && day > end - 230 && day < end - 60;
                quality -= if trouble { 0.7 } else { 0.0 };
                let greeted = day >= self.greeting;
                quality += if greeted { 0.25 } else { 0.0 };
                let employee = places.employees.get(branch).and_then(|e| self.dice.pick(e)).cloned();
                // One person whom clients single out, as there is in every company.
                quality += if employee.as_deref() == Some("s05") { 0.5 } else { 0.0 };
                let minutes = i64::try_from(self.dice.0.below(11 * 60)).unwrap_or(0);
                let at = start_of_day(date_of(day), &self.zone).plus(9 * HOUR + minutes * MINUTE);
                if at.0 >= app.ground.now().0.max(start_of_day(self.until, &self.zone).0 - DAY) {
                    continue;
                }
                let answers = serde_json::from_value(say(self.dice, quality, trouble))?;
                let channel = self.dice.pick(&words::CHANNELS).map(|c| (*c).to_owned());
                let origin = Origin { branch: Some((*branch).to_owned()), employee, channel, ..Origin::default() };
                let coming = Coming { origin, at: Some(at), source: "demo", ..Coming::default() };
                batch.push(prepare(&app.ground, &memory, &open, &answers, coming).await?);
                told += 1;
            }
            if batch.len() >= 1000 || day == end - 1 {
                let tx = app.ground.db.begin().await?;
                backfill::store(&tx, &batch.iter().collect::<Vec<_>>()).await?;
                tx.commit().await?;
                batch.clear();
            }
        }
        Ok(told)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "cut to the scale in the same line")]
fn score(dice: &Dice, quality: f64, middle: f64, spread: f64, lo: i64, hi: i64) -> i64 {
    ((middle + quality * spread + dice.swing() * spread * 0.6).round() as i64).clamp(lo, hi)
}

fn visit_answers(dice: &Dice, quality: f64, trouble: bool) -> Json {
    let nps = score(dice, quality, 8.6, 1.9, 0, 10);
    let mut out =
        json!({"nps": nps, "desk": score(dice, quality, 4.3, 0.8, 1, 5), "doctor": score(dice, quality + 0.2, 4.5, 0.7, 1, 5)});
    out["wait"] = json!(if trouble || quality < -0.8 {
        "long"
    } else if quality > 0.6 {
        "none"
    } else {
        "short"
    });
    if out["wait"] == "long" {
        out["warned"] = json!(match quality {
            q if q > -0.9 => "yes",
            q if q > -1.4 => "asked",
            _ => "no",
        });
    }
    let words: &[&str] = if nps >= 9 {
        &words::PRAISE
    } else if nps >= 7 {
        &words::CALM
    } else {
        &words::COMPLAINT
    };
    if dice.share() < 0.4
        && let Some(text) = dice.pick(words)
    {
        out["why"] = json!(text);
    }
    out
}

fn call_answers(dice: &Dice, quality: f64, _: bool) -> Json {
    let ces = score(dice, quality, 5.5, 1.1, 1, 7);
    let mut out = json!({"ces": ces, "tone": score(dice, quality, 8.4, 1.4, 1, 10)});
    if ces <= 3
        && let Some(text) = dice.pick(&words::COMPLAINT)
    {
        out["why"] = json!(text);
    }
    out
}

fn pulse_answers(dice: &Dice, quality: f64, _: bool) -> Json {
    let mut out = json!({"enps": score(dice, quality, 7.4, 1.8, 0, 10)});
    if dice.share() < 0.5
        && let Some(text) = dice.pick(&words::STAFF_SAYS)
    {
        out["why"] = json!(text);
    }
    out
}

/// The day after which the year of the demonstration ends: today, in Moscow.
#[must_use]
pub fn today(now: Timestamp) -> Date {
    now.date(&kit::time::zone("Europe/Moscow").unwrap_or(jiff::tz::TimeZone::UTC))
}
