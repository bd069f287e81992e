//! A track to begin with: the first three months.

use std::collections::BTreeMap;

use kit::i18n::{Label, Lang};

use super::rules::{Kind, Step, TrackForm, Who};

fn both(ru: &str, en: &str) -> Label {
    Label::Map(BTreeMap::from([(Lang::Ru, ru.to_owned()), (Lang::En, en.to_owned())]))
}

/// Day, kind, who ticks it, and the words.
const STEPS: [(i64, Kind, Who, &str, &str); 13] = [
    (
        0,
        Kind::Talk,
        Who::Head,
        "Встреча в первый день: показать рабочее место, познакомить с командой, рассказать, к кому идти с вопросом",
        "First day: show the workplace, introduce the team, say whom to ask",
    ),
    (
        1,
        Kind::Read,
        Who::Newcomer,
        "Прочитать и подписать стандарты своей должности",
        "Read and sign the standards of the position",
    ),
    (
        3,
        Kind::Watch,
        Who::Newcomer,
        "Провести смену рядом с опытным коллегой и записать три вопроса",
        "Spend a shift beside an experienced colleague and write down three questions",
    ),
    (
        7,
        Kind::Talk,
        Who::Head,
        "Итоги первой недели: разобрать вопросы и назвать одно, что уже получается",
        "After the first week: go through the questions and name one thing that already works",
    ),
    (
        10,
        Kind::Watch,
        Who::Newcomer,
        "Обслужить клиентов самостоятельно, пока коллега рядом",
        "Serve clients alone while a colleague is near",
    ),
    (
        14,
        Kind::Talk,
        Who::Head,
        "Трудный клиент: разыграть два случая и обсудить, что сказать",
        "A difficult client: play two cases and discuss what to say",
    ),
    (
        30,
        Kind::Assessment,
        Who::Head,
        "Аттестация за первый месяц: знает стандарты и работает без подсказки в простых случаях",
        "First month: knows the standards and handles simple cases unprompted",
    ),
    (
        45,
        Kind::Read,
        Who::Newcomer,
        "Перечитать стандарты после первых отзывов клиентов и предложить одну правку",
        "Reread the standards after the first answers of clients and propose one change",
    ),
    (
        50,
        Kind::Talk,
        Who::Head,
        "Отзывы клиентов о работе: что хвалят, что просят исправить",
        "What clients say: what they praise, what they ask to mend",
    ),
    (
        60,
        Kind::Assessment,
        Who::Head,
        "Аттестация за второй месяц: держит стандарт в загруженный день",
        "Second month: keeps to the standard on a busy day",
    ),
    (
        75,
        Kind::Watch,
        Who::Newcomer,
        "Побыть клиентом: пройти путь клиента в другом филиале и рассказать команде",
        "Be a client: walk a client's way in another branch and tell the team",
    ),
    (
        85,
        Kind::Talk,
        Who::Head,
        "Планы на полгода: что даётся, чему учиться дальше",
        "The next half year: what comes easily, what to learn",
    ),
    (
        90,
        Kind::Assessment,
        Who::Head,
        "Итоговая аттестация: справляется сам и может учить новичка",
        "Final assessment: works alone and could teach a newcomer",
    ),
];

/// The track.
#[must_use]
pub fn first_months() -> TrackForm {
    let step = |(day, kind, who, ru, en): (i64, Kind, Who, &str, &str)| Step {
        day,
        kind,
        title: both(ru, en),
        standard: None,
        quiz: None,
        who: Some(who),
    };
    TrackForm {
        title: both("Первые три месяца", "The first three months"),
        positions: Vec::new(),
        steps: STEPS.into_iter().map(step).collect(),
        active: true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::check;

    #[test]
    fn the_starter_is_sound() {
        let track = super::first_months();
        assert_eq!(check(&track).expect("sound"), track);
    }
}
