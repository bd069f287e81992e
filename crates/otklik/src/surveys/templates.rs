//! The starter library: surveys to begin with, in both languages.

use kit::i18n::{Label, Lang};
use kit::{Error, Result};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::rules::form::Form;

/// A survey to begin with.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Template {
    #[schema(pattern = "^[a-z_]+$")]
    pub key: String,
    pub title: Label,
    /// When to take it.
    pub purpose: Label,
    pub form: Form,
}

/// All of them, the simplest first.
///
/// # Errors
/// Never in practice: a test reads every one.
pub fn all() -> Result<Vec<Template>> {
    [nps(), csat(), ces(), visit(), pulse()]
        .into_iter()
        .map(|(key, title, purpose, form)| {
            Ok(Template {
                key: key.into(),
                title: serde_json::from_value(title)?,
                purpose: serde_json::from_value(purpose)?,
                form: serde_json::from_value(form)?,
            })
        })
        .collect()
}

/// One by its key.
///
/// # Errors
/// `NotFound`.
pub fn find(key: &str) -> Result<Template> {
    all()?.into_iter().find(|t| t.key == key).ok_or(Error::NotFound)
}

/// A survey from nothing: a name and no question yet.
#[must_use]
pub fn blank(name: &str, lang: Lang) -> Form {
    Form {
        name: Label::Map([(lang, name.to_owned())].into()),
        locales: vec![lang],
        about: Default::default(),
        anonymity: Default::default(),
        questions: Vec::new(),
        low_score: None,
        quarantine_days: None,
        thanks: None,
    }
}

type Written = (&'static str, Json, Json, Json);

fn two(ru: &str, en: &str) -> Json {
    json!({"ru": ru, "en": en})
}

fn why(when: Option<(&str, i64, &str)>) -> Json {
    let mut q = json!({"key": "why", "type": "text", "title": two("Почему такая оценка?", "Why this score?"),
        "hint": two("Одна фраза уже поможет.", "One sentence already helps.")});
    if let Some((op, value, question)) = when {
        q["show_if"] = json!({"question": question, "op": op, "value": value});
    }
    q
}

fn call_back(question: &str, below: i64) -> Json {
    json!({"key": "contact", "type": "contact", "fields": ["name", "phone"],
        "title": two("Хотите, мы перезвоним и разберёмся?", "Shall we call you back and put it right?"),
        "hint": two("Необязательно. Перезвонит управляющий, не реклама.", "Not required. The branch head calls, not an advertiser."),
        "consent": two("Согласен, чтобы мне перезвонили по этому отзыву; для другого телефон не используется.",
            "I agree to be called about this feedback; the phone is used for nothing else."),
        "show_if": {"question": question, "op": "lt", "value": below}})
}

fn thanks() -> Json {
    two("Спасибо! Ваш ответ прочитает управляющий филиала.", "Thank you! The branch head will read your answer.")
}

fn nps() -> Written {
    let form = json!({
        "name": two("Посоветуете ли нас", "Would you recommend us"), "locales": ["ru", "en"], "thanks": thanks(),
        "low_score": {"question": "nps", "below": 7}, "quarantine_days": 90,
        "questions": [
            {"key": "nps", "type": "nps", "required": true,
             "title": two("Насколько вероятно, что вы посоветуете нас друзьям или близким?",
                 "How likely are you to recommend us to friends or family?"),
             "low_label": two("точно нет", "not at all"), "high_label": two("обязательно", "for certain")},
            why(None)]});
    (
        "nps",
        two("Готовность советовать (NPS)", "Recommendation (NPS)"),
        two(
            "Два вопроса раз в квартал: отношение к компании в целом и его причина.",
            "Two questions once a quarter: how people feel about the company, and why.",
        ),
        form,
    )
}

fn csat() -> Written {
    let form = json!({
        "name": two("Как вас обслужили", "How we served you"), "locales": ["ru", "en"], "thanks": thanks(),
        "low_score": {"question": "csat", "below": 4},
        "questions": [
            {"key": "csat", "type": "csat", "required": true,
             "title": two("Насколько вы довольны обслуживанием сегодня?", "How satisfied are you with the service today?"),
             "low_label": two("совсем не доволен", "not at all"), "high_label": two("очень доволен", "very satisfied")},
            {"key": "missing", "type": "text", "title": two("Чего не хватило?", "What was missing?"),
             "show_if": {"question": "csat", "op": "le", "value": 3}}]});
    (
        "csat",
        two("Довольны ли обслуживанием (CSAT)", "Satisfaction (CSAT)"),
        two(
            "Сразу после обслуживания: одна оценка, а у недовольных вопрос, чего не хватило.",
            "Right after the service: one score, and for the dissatisfied what was missing.",
        ),
        form,
    )
}

fn ces() -> Written {
    let form = json!({
        "name": two("Легко ли было решить вопрос", "How easy it was"), "locales": ["ru", "en"], "thanks": thanks(),
        "low_score": {"question": "ces", "below": 4},
        "questions": [
            {"key": "ces", "type": "ces", "required": true,
             "title": two("Насколько легко вам было решить свой вопрос?", "How easy was it to get your question solved?"),
             "low_label": two("очень трудно", "very hard"), "high_label": two("очень легко", "very easy")},
            {"key": "solved", "type": "choice", "title": two("Вопрос решён?", "Is it solved?"), "options": [
                {"key": "yes", "title": two("Да", "Yes")},
                {"key": "partly", "title": two("Частично", "Partly")},
                {"key": "no", "title": two("Нет", "No")}]},
            {"key": "hard", "type": "text", "title": two("Что далось труднее всего?", "What was the hardest part?"),
             "show_if": {"any": [{"question": "ces", "op": "le", "value": 4}, {"question": "solved", "op": "in", "value": ["partly", "no"]}]}}]});
    (
        "ces",
        two("Легко ли было (CES)", "Effort (CES)"),
        two(
            "После обращения в поддержку или записи: сколько усилий потребовалось клиенту.",
            "After a support request or a booking: how much effort it took.",
        ),
        form,
    )
}

fn visit() -> Written {
    let row = |key: &str, ru: &str, en: &str| json!({"key": key, "title": two(ru, en)});
    let form = json!({
        "name": two("После визита", "After the visit"), "locales": ["ru", "en"], "thanks": thanks(),
        "low_score": {"question": "rating", "below": 4},
        "questions": [
            {"key": "rating", "type": "rating", "required": true, "scale": {"min": 1, "max": 5, "best": "max"},
             "title": two("Как прошёл визит?", "How was your visit?"),
             "low_label": two("плохо", "poor"), "high_label": two("отлично", "excellent")},
            {"key": "parts", "type": "matrix", "scale": {"min": 1, "max": 5, "best": "max"},
             "title": two("Оцените подробнее", "A little more closely"), "rows": [
                row("welcome", "Как встретили", "The welcome"),
                row("waiting", "Сколько ждали", "The waiting time"),
                row("attention", "Внимание к вам", "The attention you got"),
                row("clean", "Чистота и порядок", "Cleanliness and order")]},
            {"key": "wrong", "type": "choices", "title": two("Что было не так?", "What went wrong?"),
             "show_if": {"question": "rating", "op": "lt", "value": 4}, "options": [
                row("wait", "Долго ждал", "I waited too long"),
                row("rude", "Говорили невежливо", "Somebody was impolite"),
                row("unclear", "Не объяснили", "Things were not explained"),
                row("result", "Не решили вопрос", "My need was not met"),
                row("other", "Другое", "Something else")]},
            why(None),
            call_back("rating", 4)]});
    (
        "visit",
        two("После визита", "After a visit"),
        two(
            "Общая оценка, четыре подробности и, если было плохо, причина и телефон для звонка управляющего.",
            "An overall score, four details and, if it went badly, the reason and a phone for the branch head.",
        ),
        form,
    )
}

fn pulse() -> Written {
    let rating = |key: &str, ru: &str, en: &str| {
        json!({"key": key, "type": "rating", "required": true, "scale": {"min": 1, "max": 5, "best": "max"}, "title": two(ru, en),
            "low_label": two("нет", "no"), "high_label": two("да", "yes")})
    };
    let form = json!({
        "name": two("Пульс команды", "Team pulse"), "locales": ["ru", "en"], "about": "staff", "anonymity": "confidential",
        "thanks": two("Спасибо! Ответы видны только вместе с ответами ещё не менее четырёх коллег.",
            "Thank you! Answers are only seen together with those of at least four colleagues."),
        "questions": [
            {"key": "enps", "type": "nps", "required": true,
             "title": two("Посоветуете ли вы нашу компанию знакомым как место работы?", "Would you recommend our company as a place to work?"),
             "low_label": two("точно нет", "not at all"), "high_label": two("обязательно", "for certain")},
            rating("clear", "Я понимаю, чего от меня ждут", "I know what is expected of me"),
            rating("means", "У меня есть всё нужное, чтобы хорошо обслуживать", "I have what I need to serve people well"),
            rating("heard", "Меня слышат, когда я предлагаю улучшение", "I am heard when I suggest an improvement"),
            {"key": "change", "type": "text", "title": two("Что стоит изменить в первую очередь?", "What should change first?"),
             "hint": two("Пишите без имён: так ответ останется безымянным.", "Leave out names, so that the answer stays nameless.")}]});
    (
        "pulse",
        two("Пульс команды", "Staff pulse"),
        two(
            "Пять коротких вопросов сотрудникам. Конфиденциально: группы меньше пяти не показываются.",
            "Five short questions for staff. Confidential: groups under five are not shown.",
        ),
        form,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_published_and_speaks_both_languages() {
        let all = all().expect("templates read");
        assert_eq!(all.iter().map(|t| &*t.key).collect::<Vec<_>>(), ["nps", "csat", "ces", "visit", "pulse"]);
        for t in all {
            t.form.check(true).expect("publishable");
            assert_eq!(t.form.locales, [Lang::Ru, Lang::En], "{}", t.key);
            for q in &t.form.questions {
                assert_eq!(q.title.texts().count(), 2, "{} {}", t.key, q.key);
            }
        }
    }

    #[test]
    fn a_blank_survey_is_a_sound_draft() {
        blank("Новый", Lang::Ru).check(false).expect("sound");
    }
}
