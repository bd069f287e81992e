//! Pasted text becomes drafts: no door, no database.

use std::time::{Duration, Instant};

use kit::docx::{Cell, Paragraph};
use proptest::prelude::*;

use crate::standards::library::rules::file;
use crate::standards::library::rules::lines::{Mark, of_paragraphs, of_text, split_mark};
use crate::standards::library::rules::paste::{Draft, Warning, drafts};

fn read(text: &str) -> Vec<Draft> {
    drafts(&of_text(text), &[])
}

fn texts(text: &str) -> Vec<String> {
    read(text).into_iter().map(|d| d.text).collect()
}

#[test]
fn marks_are_told_from_numbers_that_belong_to_the_text() {
    let n = |parts: &[u32]| Some(Mark::Number(parts.to_vec()));
    let cases = [
        ("1. Поздороваться", n(&[1]), "Поздороваться"),
        ("1) Поздороваться", n(&[1]), "Поздороваться"),
        ("(12) Поздороваться", n(&[12]), "Поздороваться"),
        ("1.1. Поздороваться", n(&[1, 1]), "Поздороваться"),
        ("1.1.10 Поздороваться", n(&[1, 1, 10]), "Поздороваться"),
        ("1.Поздороваться", n(&[1]), "Поздороваться"),
        ("1.\tПоздороваться", n(&[1]), "Поздороваться"),
        ("7\tПоздороваться", n(&[7]), "Поздороваться"),
        ("IV. Встреча", n(&[4]), "Встреча"),
        ("а) имя", Some(Mark::Letter), "имя"),
        ("(b) name", Some(Mark::Letter), "name"),
        ("б. имя", Some(Mark::Letter), "имя"),
        ("— имя", Some(Mark::Bullet), "имя"),
        ("•имя", Some(Mark::Bullet), "имя"),
        ("- [ ] имя", Some(Mark::Bullet), "имя"),
        ("\t– имя", Some(Mark::Bullet), "имя"),
        ("5.", n(&[5]), ""),
        ("5 минут на ответ", None, "5 минут на ответ"),
        ("1.5 часа на ответ", None, "1.5 часа на ответ"),
        ("10.00 открываем дверь", None, "10.00 открываем дверь"),
        ("12.03.2026 проверить", None, "12.03.2026 проверить"),
        ("-5 % скидка", None, "-5 % скидка"),
        ("А. С. Пушкин", None, "А. С. Пушкин"),
        ("I am here", None, "I am here"),
        ("и так далее", None, "и так далее"),
    ];
    for (line, mark, rest) in cases {
        assert_eq!(split_mark(line), (mark, rest), "{line}");
    }
}

#[test]
fn a_rule_book_becomes_items_under_headings() {
    let book = "СТАНДАРТ ОБСЛУЖИВАНИЯ\n\nРаздел 1. Звонок\n1.1. Снять трубку до третьего гудка;\n1.2. Назвать клинику\nи своё имя.\n1.3.\nСпросить, чем помочь.\n\n\
        Страница 1 из 2\n2. Встреча\n2.1 Поздороваться первым за 10 секунд.\n2.2. Сотрудник обязан:\nа) встать;\nб) улыбнуть-\nся.\n\nЭтап 3 — Прощание\n• Проводить\n— Поблагодарить\n";
    let got = read(book);
    let shown: Vec<String> =
        got.iter().map(|d| format!("{} | {} | {}", d.section.as_deref().unwrap_or("-"), d.text, d.from_line)).collect();
    assert_eq!(
        shown,
        [
            "Звонок | Снять трубку до третьего гудка | 4",
            "Звонок | Назвать клинику и своё имя. | 5",
            "Звонок | Спросить, чем помочь. | 7",
            "Встреча | Поздороваться первым за 10 секунд. | 12",
            "Сотрудник обязан | встать | 14",
            "Сотрудник обязан | улыбнуться. | 15",
            "Прощание | Проводить | 19",
            "Прощание | Поблагодарить | 20",
        ]
    );
    assert!(got.iter().all(|d| d.warnings.is_empty()));
}

#[test]
fn plain_lines_are_items_and_wrapped_ones_are_joined() {
    assert_eq!(
        texts("Поздороваться первым.\nСпросить имя\nи повод визита.\n\nПроводить до двери."),
        ["Поздороваться первым.", "Спросить имя и повод визита.", "Проводить до двери."]
    );
    assert_eq!(texts("## 2. Greeting\n- **Greet** first\n- Say your name\r\n"), ["Greet first", "Say your name"]);
    assert_eq!(texts("1.\u{a0}Не\u{ad}разрывный\u{200b} пробел\u{2028}2. Второй"), ["Неразрывный пробел", "Второй"]);
    assert_eq!(texts(""), Vec::<String>::new());
    assert_eq!(texts("\n \n\t\n"), Vec::<String>::new());
}

#[test]
fn a_table_finds_its_columns() {
    let tabs = "№\tТребование\tЗачем\tКак измерить\tНорма\n1\tОтветить на письмо\tКлиент ждёт\tДоля ответов\t4 часа\nВстреча\t\t\t\t\n2\tПоздороваться\t\tСекунды\t10\n";
    let got = read(tabs);
    assert_eq!(got.len(), 2);
    assert_eq!(
        (got[0].text.as_str(), got[0].why.as_deref(), got[0].norm.as_deref()),
        ("Ответить на письмо", Some("Клиент ждёт"), Some("4 часа"))
    );
    assert_eq!(
        (got[1].section.as_deref(), got[1].why.as_deref(), got[1].measure.as_deref()),
        (Some("Встреча"), None, Some("Секунды"))
    );
    let marked = "| # | Rule | Measure |\n|---|:--|---|\n| 1 | Greet first | seconds |\n";
    assert_eq!(read(marked)[0].measure.as_deref(), Some("seconds"));
    assert_eq!(texts("1\tПоздороваться\tсразу\n"), ["Поздороваться — сразу"]);
}

#[test]
fn what_needs_a_look_is_flagged() {
    let long = "б".repeat(2001);
    let text = format!("1. Поздороваться.\n2.\n3. поздороваться\n4. {long}\n5. Ещё улыбнуться");
    let got = drafts(&of_text(&text), &["Еще  улыбнуться!"]);
    let flags: Vec<_> = got.iter().map(|d| d.warnings.clone()).collect();
    assert_eq!(
        flags,
        [
            vec![],
            vec![Warning::Empty],
            vec![Warning::Duplicate { of: 1 }],
            vec![Warning::TooLong { chars: 2001 }],
            vec![Warning::Present]
        ]
    );
    assert_eq!(got[3].text.chars().count(), 2001, "nothing is cut");
}

#[test]
fn paragraphs_of_a_word_file_bring_their_own_numbers() {
    let p = |text: &str| Paragraph { text: text.into(), ..Paragraph::default() };
    let numbered = |text: &str, number: &str, level| Paragraph { number: Some(number.into()), level: Some(level), ..p(text) };
    let cell = |text: &str, row, column| Paragraph { cell: Some(Cell { table: 0, row, column }), ..p(text) };
    let got = drafts(
        &of_paragraphs(&[
            Paragraph { heading: Some(1), ..p("Раздел 2. Встреча") },
            numbered("5 секунд на улыбку", "1.", 0),
            numbered("Пациент ждёт:", "2.", 0),
            numbered("назвать время", "•", 1),
            p("Без номера."),
            p("Ещё абзац."),
            cell("Пункт", 0, 0),
            cell("Норма", 0, 1),
            cell("Вымыть стол", 1, 0),
            cell("после гостя", 1, 0),
            cell("4 минуты", 1, 1),
        ]),
        &[],
    );
    let shown: Vec<String> = got
        .iter()
        .map(|d| format!("{}|{}|{}", d.section.as_deref().unwrap_or("-"), d.text, d.norm.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        shown,
        [
            "Встреча|5 секунд на улыбку|-",
            "Пациент ждёт|назвать время|-",
            "Пациент ждёт|Без номера.|-",
            "Пациент ждёт|Ещё абзац.|-",
            "Пациент ждёт|Вымыть стол после гостя|4 минуты"
        ]
    );
}

#[test]
fn every_kind_of_letters_is_read_and_other_files_are_named() {
    let text = "1. Поздороваться первым\r\n2. Назвать своё имя\r\n";
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    for bytes in [text.as_bytes().to_vec(), utf16, encoding_rs::WINDOWS_1251.encode(text).0.into_owned()] {
        let got = drafts(&file::lines(&bytes).expect("readable"), &[]);
        assert_eq!(got.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), ["Поздороваться первым", "Назвать своё имя"]);
    }
    let noise: Vec<u8> = (0..4000_u32).map(|n| (n * 7919 % 251) as u8).collect();
    for (bytes, code) in [
        (b"%PDF-1.7".to_vec(), "paste-pdf"),
        (b"{\\rtf1".to_vec(), "paste-rtf"),
        (b"PK\x03\x04".to_vec(), "paste-broken"),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "paste-old-word"),
        (noise, "paste-not-text"),
        ("а\n".repeat(20_001).into_bytes(), "paste-too-many-lines"),
    ] {
        assert_eq!(file::lines(&bytes), Err(code));
    }
}

#[test]
fn a_thousand_items_take_no_time() {
    let text: String = (1..=1000)
        .map(|n| format!("{n}. Ответить на обращение номер {n} за четыре рабочих часа\nи записать причину.\n"))
        .collect();
    let begun = Instant::now();
    let got = read(&text);
    assert_eq!(got.len(), 1000);
    assert!(got.iter().all(|d| d.warnings.is_empty() && d.text.ends_with("причину.")));
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_fall(text in "([0-9]{0,3}[.)]{0,2}|[а-гa-c][.)]|[—•|#\t:-]|Раздел 2|№|Пункт|Норма|[А-Яа-я]{1,6}|\n| |\u{200b}){0,80}") {
        for draft in read(&text) {
            prop_assert!(draft.text.is_empty() == draft.warnings.contains(&Warning::Empty) || !draft.text.chars().any(char::is_alphanumeric));
            prop_assert!(!draft.text.contains('\n'));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(lines) = file::lines(&bytes) {
            let _ = drafts(&lines, &[]);
        }
    }

    #[test]
    fn no_word_of_a_numbered_list_is_lost(words in proptest::collection::vec("[А-Я][а-я]{2,9}( [а-я]{2,9}){0,5}", 1..40)) {
        let text: String = words.iter().enumerate().map(|(i, w)| format!("{}. {w}\n", i + 1)).collect();
        prop_assert_eq!(texts(&text), words);
    }
}
