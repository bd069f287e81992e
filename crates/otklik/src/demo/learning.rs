//! The quiz on the greeting, whose results show one wording that people do not understand; and two newcomers.

use std::collections::BTreeMap;

use kit::i18n::Label;
use kit::{Result, Role};
use uuid::Uuid;

use super::standards::{Stage, Who, two};
use crate::staff::rules::EmployeeForm;
use crate::standards::duties::rules::signing::SheetForm;
use crate::standards::duties::{self, signing};
use crate::standards::library::rules::starters::{self, Business};
use crate::standards::onboarding::{self, rules::Tick};
use crate::standards::quizzes::rules::{Choice, Picks, Question, QuizForm};
use crate::standards::{editing, quizzes};

/// The items that the quiz asks about.
pub struct Taken {
    pub wait: Uuid,
    pub quiet: Uuid,
    pub call: Uuid,
}

fn choices(options: impl IntoIterator<Item = Label>) -> Vec<Choice> {
    options.into_iter().enumerate().map(|(i, title)| Choice { key: format!("o{i}"), title }).collect()
}

/// Makes the quiz and lets people take it.
///
/// # Errors
/// Those of the verbs: a defect.
pub async fn tell(stage: &Stage<'_>, greeting: Uuid, items: &Taken) -> Result<()> {
    let own = editing::items(&stage.app.ground.db, stage.base.org, greeting).await?;
    let hello = own.iter().find(|i| i.draft.text.get(kit::i18n::Lang::Ru).contains("назовите клинику")).map(|i| i.row.id);
    let mut questions = Vec::new();
    for (key, starter, item) in
        [("hello", "clinic.call-greeting", hello.unwrap_or(items.call)), ("wait", "clinic.wait-notice", items.wait)]
    {
        let Some(q) = starters::questions(Business::Clinic)?.iter().find(|q| q.item == starter) else { continue };
        questions.push(Question {
            key: Some(key.into()),
            item,
            text: q.text.clone(),
            options: choices(q.options.iter().cloned()),
            correct: Picks::One(format!("o{}", q.correct)),
            explain: Some(q.explain.clone()),
        });
    }
    questions.push(Question {
        key: Some("quiet".into()),
        item: items.quiet,
        text: two(
            "Пациентка у стойки, за ней очередь. Как узнать, к какому врачу она записана и с чем пришла?",
            "A patient is at the desk, others wait behind her. How do you learn which doctor she sees and why?",
        ),
        options: choices([
            two("Спросить тихо, наклонившись", "Lean over and ask quietly"),
            two(
                "Дать листок или повернуть экран и попросить показать",
                "Give her a slip or turn the screen and ask her to point",
            ),
            two("Спросить фамилию, остальное узнает врач", "Ask for the surname; the doctor learns the rest"),
        ]),
        correct: Picks::One("o1".into()),
        explain: Some(two(
            "Даже тихий вопрос слышит следующий в очереди. Листок и экран не слышит никто.",
            "Even a quiet question is heard by the next in line. Nobody hears a slip or a screen.",
        )),
    });
    let tx = stage.at(stage.anna, 24, 11).await?;
    let form = QuizForm { standard: greeting, pass_share: 0.6, questions, attempts: None };
    let quiz = quizzes::create(&tx, &form).await?.id;
    tx.commit().await?;

    // Everybody but the late branch; two of three misread the item on privacy.
    let mut n = 0;
    for code in stage.employees.iter().filter(|(b, _)| **b != "taganka").flat_map(|(_, codes)| codes) {
        let Some(employee) = stage.ids.get(code) else { continue };
        n += 1;
        let who = Who { member: stage.vera.member, name: stage.vera.name, role: Role::Employee, employee: Some(*employee) };
        let tx = stage.at(who, 22 - n % 9, 14).await?;
        let (run, _) = quizzes::begin(&tx, quiz, None).await?;
        let pick = |right: bool, good: &str, bad: &str| Picks::One(if right { good } else { bad }.to_owned());
        let answers: BTreeMap<String, Picks> = [
            ("hello".to_owned(), pick(n % 10 != 0, "o1", "o0")),
            ("wait".to_owned(), pick(n % 7 != 0, "o1", "o0")),
            ("quiet".to_owned(), pick(n % 3 == 0, "o1", "o0")),
        ]
        .into();
        quizzes::submit(&tx, run.id, &answers).await?;
        tx.commit().await?;
    }
    newcomers(stage).await
}

/// Signs on paper everything that is asked of somebody.
async fn signs(stage: &Stage<'_>, employee: Uuid, code: &str, days_ago: i64) -> Result<()> {
    let tx = stage.at(stage.anna, days_ago, 17).await?;
    let day = stage.day(days_ago);
    for duty in duties::of_person(&tx, tx.org(), employee, kit::time::day_number(day)).await? {
        if duty.state.open() {
            let form = SheetForm { version: duty.version, employees: vec![code.into()], signed_on: Some(day) };
            signing::enter_sheet(&tx, duty.standard, &form).await?;
        }
    }
    tx.commit().await
}

/// Two people who are new: one well on the way, one in the second week.
async fn newcomers(stage: &Stage<'_>) -> Result<()> {
    let tx = stage.at(stage.anna, 26, 12).await?;
    onboarding::add_starter(&tx).await?;
    tx.commit().await?;
    for (code, name, branch, position, hired, ticks) in [
        ("s25", "Кира Андреевна Липина", "nevsky", "администратор", 25, 6),
        ("s26", "Семён Олегович Рудин", "sokol", "оператор", 12, 3),
    ] {
        let tx = stage.at(stage.anna, hired, 9).await?;
        let form = EmployeeForm {
            name: name.into(),
            branch: branch.into(),
            department: None,
            position: Some(position.into()),
            email: None,
            phone: None,
            hired_on: Some(stage.day(hired)),
            left_on: None,
            code: Some(code.into()),
        };
        let employee = crate::staff::create_employee(&tx, &form).await?.id;
        tx.commit().await?;
        // The first of them has read what the place asks for; the second has not found the time yet.
        if code == "s25" {
            signs(stage, employee, code, hired - 4).await?;
        }
        let db = &stage.app.ground.db;
        let cards = onboarding::of_person(db, stage.base.org, employee, kit::time::day_number(stage.day(hired))).await?;
        let Some(card) = cards.into_iter().next() else { continue };
        for step in card.steps.iter().take(ticks) {
            let day = (hired - step.step.day).max(1);
            let tx = stage.at(stage.anna, day, 16).await?;
            match onboarding::tick(&tx, card.row.id, step.n, &Tick::default()).await {
                // Steps that a signature does are not ticked by hand.
                Ok(()) => tx.commit().await?,
                Err(kit::Error::Conflict(_)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    Ok(())
}
