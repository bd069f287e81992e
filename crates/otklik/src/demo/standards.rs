//! The demonstration company's standards: a greeting that was learned in late summer, mended once in its words and once in
//! its sense; a branch that is late; a wording that people do not understand; newcomers on their way.
//!
//! It is told in order, each act at its own moment, by the same verbs as a real company's.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use kit::i18n::{Label, Lang};
use kit::time::{HOUR, start_of_day};
use kit::{Actor, Result, Role, Tx, Via};
use uuid::Uuid;

use super::learning::{self, Taken};
use super::words;
use crate::access;
use crate::app::App;
use crate::standards::duties::rules::signing::{SheetForm, SignatureForm};
use crate::standards::duties::{self, signing};
use crate::standards::editing::proposals::{self, AcceptanceForm, ProposalForm, RefusalForm};
use crate::standards::editing::rules::{AudienceForm, Change, ItemText, Kind, StandardForm};
use crate::standards::editing::{self, review};
use crate::standards::library::rules::starters;

/// Somebody who acts.
#[derive(Clone, Copy)]
pub struct Who {
    pub member: Uuid,
    pub name: &'static str,
    pub role: Role,
    pub employee: Option<Uuid>,
}

/// The people of the story and its calendar.
pub struct Stage<'a> {
    pub app: &'a App,
    pub base: Actor,
    /// The day after the last of the story.
    pub until: Date,
    /// How many days before it the new greeting began.
    pub greeting: i64,
    pub olga: Who,
    pub anna: Who,
    pub boris: Who,
    /// A receptionist with an account of her own.
    pub vera: Who,
    /// Codes of employees by branch.
    pub employees: BTreeMap<&'static str, Vec<String>>,
    /// Their ids by code.
    pub ids: BTreeMap<String, Uuid>,
}

/// The branch that is late.
const LATE: &str = "taganka";

/// The company's own names of the touchpoints that the library speaks of.
const TOUCHPOINTS: [(&str, &str); 9] = [
    ("reception", "desk"),
    ("goodbye", "desk"),
    ("payment", "desk"),
    ("booking", "phone"),
    ("messenger", "site"),
    ("service", "doctor"),
    ("explanation", "doctor"),
    ("follow-up", "after"),
    ("complaint", "after"),
];

pub(super) fn two(ru: &str, en: &str) -> Label {
    Label::Map([(Lang::Ru, ru.to_owned()), (Lang::En, en.to_owned())].into())
}

impl Stage<'_> {
    /// Begins an act of somebody's, so many days before the end, at an hour.
    pub async fn at(&self, who: Who, days_ago: i64, hour: i64) -> Result<Tx> {
        let actor = Actor {
            member: Some(who.member),
            name: who.name.into(),
            role: who.role,
            employee: who.employee,
            via: if who.employee.is_some() { Via::Session } else { Via::Cli },
            ..self.base.clone()
        };
        let mut tx = self.app.write(&actor).await?;
        tx.now = start_of_day(self.day(days_ago), &self.base.zone).plus(hour * HOUR);
        Ok(tx)
    }

    pub fn day(&self, days_ago: i64) -> Date {
        self.until.saturating_sub(days_ago.days())
    }

    /// An item out of the library, tied to the company's own touchpoint.
    fn item(&self, key: &str) -> Result<ItemText> {
        let starter = starters::named(&[key.to_owned()])?;
        let mut item = starter.first().map_or_else(|| ItemText::new(key), |s| s.item());
        let own = item.touchpoint.take();
        let own = own.map(|o| TOUCHPOINTS.iter().find(|(from, _)| *from == o).map_or(o, |(_, to)| (*to).to_owned()));
        item.touchpoint = own.filter(|o| words::TOUCHPOINTS.iter().any(|(key, ..)| key == o));
        Ok(item)
    }

    async fn standard(&self, days_ago: i64, title: Label, kind: Kind, approver: bool, keys: &[&str]) -> Result<Uuid> {
        let mut form = StandardForm::new(title, kind);
        form.approver = approver.then_some(self.olga.member);
        form.review_on = Some(self.day(days_ago).saturating_add(1.year()));
        form.items = keys.iter().map(|k| self.item(k)).collect::<Result<_>>()?;
        let tx = self.at(self.anna, days_ago, 11).await?;
        let made = editing::create_standard(&tx, &form).await?;
        tx.commit().await?;
        Ok(made.row.id)
    }

    async fn review(&self, days_ago: i64, standard: Uuid) -> Result<()> {
        let tx = self.at(self.anna, days_ago + 2, 16).await?;
        review::send(&tx, standard).await?;
        tx.commit().await?;
        let tx = self.at(self.olga, days_ago, 9).await?;
        review::approve(&tx, standard).await?;
        tx.commit().await
    }

    async fn publish(&self, days_ago: i64, standard: Uuid, changes: &[(Uuid, Change)]) -> Result<()> {
        let tx = self.at(self.anna, days_ago, 10).await?;
        editing::publish(&tx, standard, &changes.iter().copied().collect()).await?;
        tx.commit().await
    }

    /// The sheets of every branch, entered a few days later; `missing` says who did not sign.
    async fn sheets(&self, days_ago: i64, standard: Uuid, version: i64, missing: impl Fn(&str, usize) -> bool) -> Result<()> {
        for (i, (branch, codes)) in self.employees.iter().enumerate() {
            let signed = codes.iter().enumerate().filter(|(n, _)| !missing(branch, *n)).map(|(_, c)| c);
            let late = i64::try_from(i).unwrap_or(0) % 4;
            let tx = self.at(self.anna, days_ago - late, 17).await?;
            let mut employees = Vec::new();
            for code in signed {
                let Some(id) = self.ids.get(code) else { continue };
                let open = duties::of_person(&tx, tx.org(), *id, kit::time::day_number(self.day(days_ago - late))).await?;
                if Some(*id) != self.vera.employee && open.iter().any(|d| d.standard == standard && d.state.open()) {
                    employees.push(code.clone());
                }
            }
            if !employees.is_empty() {
                let form = SheetForm { version, employees, signed_on: Some(self.day(days_ago - late)) };
                signing::enter_sheet(&tx, standard, &form).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Vera signs with her own account what is asked of her.
    async fn vera_signs(&self, days_ago: i64, standard: Uuid) -> Result<()> {
        let Some(employee) = self.vera.employee else { return Ok(()) };
        let tx = self.at(self.vera, days_ago, 12).await?;
        let day = kit::time::day_number(self.day(days_ago));
        let all = duties::of_person(&tx, tx.org(), employee, day).await?;
        if let Some(duty) = all.into_iter().find(|d| d.standard == standard && d.state.open()) {
            let statement = "Прочитала и буду работать по этим пунктам.".to_owned();
            signing::sign(&tx, standard, &SignatureForm { version: duty.version, items: duty.items, statement }).await?;
        }
        tx.commit().await
    }

    async fn propose(
        &self,
        who: Who,
        days_ago: i64,
        standard: Uuid,
        item: Uuid,
        text: Option<&str>,
        reason: &str,
    ) -> Result<Uuid> {
        let tx = self.at(who, days_ago, 13).await?;
        let form = ProposalForm { item: Some(item), text: text.map(Label::from), reason: reason.into() };
        let id = proposals::create(&tx, standard, &form).await?.id;
        tx.commit().await?;
        Ok(id)
    }
}

/// Which item of a standard says this in Russian.
fn saying(items: &[editing::Item], words: &str) -> Uuid {
    items.iter().find(|i| i.draft.text.get(Lang::Ru).contains(words)).map_or_else(Uuid::nil, |i| i.row.id)
}

/// The rules that clients are asked about.
pub struct Rules {
    /// How one is met at the desk.
    pub desk: Uuid,
    /// What happens when the visit is late.
    pub wait: Uuid,
    /// How a call is answered.
    pub call: Uuid,
}

/// Tells the story; says which rules the surveys ask about.
///
/// # Errors
/// Those of the verbs: a defect.
pub async fn tell(stage: &Stage<'_>) -> Result<Rules> {
    let (app, org, g) = (stage.app, stage.base.org, stage.greeting);

    // Written requests: an older standard that everybody of the desk and the phones has signed.
    let title = two("Ответы на обращения", "Answering requests");
    let keys = [
        "clinic.written-answer",
        "clinic.complaint-answer",
        "clinic.result-ready",
        "any.situation-mistake",
        "any.situation-no-answer",
    ];
    let written = stage.standard(g + 60, title, Kind::Communication, false, &keys).await?;
    let tx = stage.at(stage.anna, g + 60, 15).await?;
    editing::edit_standard(&tx, written, None, |head| {
        let positions = vec!["администратор".to_owned(), "оператор".to_owned()];
        Ok(editing::rules::StandardHead { audience: AudienceForm { branches: Vec::new(), positions }, ..head.clone() })
    })
    .await?;
    tx.commit().await?;
    stage.publish(g + 56, written, &[]).await?;
    stage.vera_signs(g + 55, written).await?;
    stage.sheets(g + 53, written, 1, |_, _| false).await?;

    // The greeting: reviewed by the owner, published on the day of the mark.
    let title = two("Приветствие и стойка", "Greeting and the desk");
    let keys = [
        "clinic.call-pickup",
        "clinic.call-greeting",
        "clinic.desk-greeting",
        "clinic.desk-name",
        "clinic.desk-quiet",
        "clinic.wait-notice",
        "clinic.goodbye-next",
    ];
    let greeting = stage.standard(g + 21, title, Kind::Communication, true, &keys).await?;
    let items = editing::items(&app.ground.db, org, greeting).await?;
    let [wait, goodbye, quiet] = ["задерживается", "Прощаясь", "Диагноз"].map(|w| saying(&items, w));
    let tx = stage.at(stage.anna, g + 20, 12).await?;
    editing::edit_item(&tx, wait, None, |item| {
        let text = two(
            "Если приём задерживается больше пятнадцати минут, подойдите, назовите новое время и предложите воду или перенос.",
            "If the visit is more than fifteen minutes late, come up, name the new time and offer water or another day.",
        );
        Ok(ItemText { text, norm: Some(two("15 минут", "15 minutes")), ..item.clone() })
    })
    .await?;
    editing::edit_item(&tx, goodbye, None, |item| {
        let text = two(
            "Прощаясь, назовите следущий шаг: день визита, анализ или звонок.",
            "Saying goodbye, name the next step: a visit, a test or a call.",
        );
        Ok(ItemText { text, ..item.clone() })
    })
    .await?;
    tx.commit().await?;
    stage.review(g + 2, greeting).await?;
    stage.publish(g, greeting, &[]).await?;
    stage.vera_signs(g - 1, greeting).await?;
    stage.sheets(g - 2, greeting, 1, |_, _| false).await?;

    // What to do when something goes wrong, found by the search at the desk.
    let title = two("Нештатные случаи", "When something goes wrong");
    let all = starters::of(Some(starters::Business::Clinic), None)?;
    let keys: Vec<&str> = all.iter().filter(|s| s.block == starters::Block::Situation).map(|s| s.key.as_str()).collect();
    let unusual = stage.standard(g - 10, title, Kind::Organisation, false, &keys).await?;
    stage.publish(g - 14, unusual, &[]).await?;
    stage.vera_signs(g - 15, unusual).await?;
    stage.sheets(g - 17, unusual, 1, |_, _| false).await?;

    // A slip of the pen is mended: nobody is asked again.
    let tx = stage.at(stage.anna, g - 26, 10).await?;
    editing::edit_item(&tx, goodbye, None, |item| {
        let text = two(
            "Прощаясь, назовите следующий шаг: день визита, анализ или звонок.",
            "Saying goodbye, name the next step: a visit, a test or a call.",
        );
        Ok(ItemText { text, ..item.clone() })
    })
    .await?;
    tx.commit().await?;
    stage.review(g - 28, greeting).await?;
    stage.publish(g - 29, greeting, &[(goodbye, Change::Editorial)]).await?;

    // What staff say: one is taken up and credited, one is answered, two wait.
    let mended = "Если приём задерживается дольше пяти минут, подойдите, назовите новое время и предложите воду или перенос.";
    let reason = "За пятнадцать минут люди уже сами идут к стойке спрашивать.";
    let taken = stage.propose(stage.vera, 35, greeting, wait, Some(mended), reason).await?;
    let call = saying(&items, "третьего гудка");
    let reason = "В понедельник утром это невозможно, предлагаю убрать пункт.";
    let refused = stage.propose(stage.boris, 34, greeting, call, None, reason).await?;
    let tx = stage.at(stage.anna, 31, 11).await?;
    let words =
        two(mended, "If the visit is more than five minutes late, come up, name the new time and offer water or another day.");
    let accepted = AcceptanceForm {
        text: Some(words), answer: Some("Спасибо, Вера Николаевна! Так и сделаем.".into())
    };
    proposals::accept(&tx, taken, &accepted).await?;
    let answer = "Пункт оставляем: на понедельник добавили оператора. Вернёмся к цифрам через месяц.".into();
    proposals::refuse(&tx, refused, &RefusalForm { answer }).await?;
    tx.commit().await?;

    // The sense changed: everybody is asked for this one item; one branch is late with it.
    stage.review(29, greeting).await?;
    stage.publish(28, greeting, &[(wait, Change::Material)]).await?;
    stage.vera_signs(27, greeting).await?;
    stage.sheets(26, greeting, 3, |branch, n| branch == LATE && n != 0).await?;

    learning::tell(stage, greeting, &Taken { wait, quiet, call }).await?;

    // Two proposals wait, and a draft is with its head.
    let reason = "У стойки всегда кто-то стоит. Непонятно, куда отойти и что писать.";
    stage
        .propose(
            stage.vera,
            6,
            greeting,
            quiet,
            Some("Диагноз и причину визита у стойки вслух не называйте: покажите их на экране или на листке."),
            reason,
        )
        .await?;
    let reason = "Когда по очереди двое, вторая из нас успевает назвать имя, первая нет. Обсудим?";
    stage.propose(stage.boris, 3, greeting, saying(&items, "по имени и отчеству"), None, reason).await?;
    let title = two("Чистота и порядок", "Clean and tidy");
    let keys = ["clinic.way-in", "clinic.room-clean", "clinic.wc-round", "any.situation-lost-thing"];
    let clean = stage.standard(9, title, Kind::Operation, true, &keys).await?;
    let tx = stage.at(stage.anna, 2, 16).await?;
    review::send(&tx, clean).await?;
    tx.commit().await?;
    Ok(Rules {
        desk: saying(&items, "подошёл к стойке"), wait, call: saying(&items, "назовите клинику")
    })
}

/// Adds Vera: a receptionist with an account of her own.
///
/// # Errors
/// Those of the verbs.
pub async fn vera(tx: &Tx, email: &str, hash: &str, employee: Uuid) -> Result<Who> {
    let name = "Вера Николаевна Соболь";
    let new = access::NewMember {
        name: name.into(),
        email: Some(email.into()),
        phone: None,
        role: Role::Employee,
        employee: Some(employee),
        branches: Vec::new(),
    };
    let member = access::add_member(tx, &new).await?;
    access::activate(tx, member, email, hash).await?;
    Ok(Who { member, name, role: Role::Employee, employee: Some(employee) })
}
