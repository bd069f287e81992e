use std::io::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    )
}

const NUMBERING: &str = r#"<w:numbering xmlns:w="x">
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="russianLower"/><w:lvlText w:val="%3)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>"#;

const STYLES: &str = r#"<w:styles xmlns:w="x"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="Наш раздел"/><w:basedOn w:val="1"/></w:style>
<w:style w:styleId="Item"><w:name w:val="Пункт"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style></w:styles>"#;

fn p(properties: &str, text: &str) -> String {
    format!(r#"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#)
}

fn list(id: u32, level: u32) -> String {
    format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{id}"/></w:numPr>"#)
}

fn paragraphs(body: &str) -> Vec<Paragraph> {
    let doc = document(body);
    let file = packed(&[("word/document.xml", &doc), ("word/numbering.xml", NUMBERING), ("word/styles.xml", STYLES)]);
    read(&file, Limits::default()).unwrap()
}

#[test]
fn numbering_is_shown_as_word_shows_it() {
    let body = [
        p(r#"<w:pStyle w:val="Mine"/>"#, "Встреча"),
        p(&list(1, 0), "Поздороваться"),
        p(&list(1, 1), "Назвать себя"),
        p(&list(1, 1), "Спросить"),
        p(&list(1, 2), "имя"),
        p(&list(1, 2), "повод"),
        p(r#"<w:pStyle w:val="Item"/>"#, "Проводить"),
        p(&list(1, 1), "До двери"),
        p(&list(2, 0), "Просто точка"),
        p(&list(5, 0), "С семи"),
        p(&list(5, 0), "Восьмой"),
        p(r#"<w:pStyle w:val="Item"/><w:numPr><w:numId w:val="0"/></w:numPr>"#, "Без номера"),
        p(r#"<w:pStyle w:val="A"/>"#, "Кольцо стилей"),
    ];
    let got = paragraphs(&body.concat());
    let numbers: Vec<_> = got.iter().map(|p| p.number.as_deref().unwrap_or("-")).collect();
    assert_eq!(numbers, ["-", "1.", "1.1.", "1.2.", "а)", "б)", "2.", "2.1.", "•", "7.", "8.", "-", "-"]);
    assert_eq!(got[0].heading, Some(1));
    assert_eq!(got[1].heading, None);
    assert_eq!(got[4].level, Some(2));
}

#[test]
fn text_is_what_a_reader_sees() {
    let body = r#"<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr><w:r><w:t>5 &amp; 6 &lt;мин&gt; &#1084;</w:t><w:tab/><w:t>дальше</w:t><w:br/><w:t>строка</w:t></w:r>
        <w:del><w:r><w:delText>убрано</w:delText><w:t>тоже</w:t></w:r></w:del><w:ins><w:r><w:t>, вставлено</w:t></w:r></w:ins></w:p><w:p/>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Пункт</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>А</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
        <w:p><w:r><w:AlternateContent><w:Choice><w:txbxContent><w:p><w:r><w:t>рамка</w:t></w:r></w:p></w:txbxContent></w:Choice><w:Fallback><w:p><w:r><w:t>рамка</w:t></w:r></w:p></w:Fallback></w:AlternateContent><w:t>вокруг</w:t></w:r></w:p>"#;
    let got = paragraphs(body);
    let texts: Vec<_> = got.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts, ["5 & 6 <мин> м\tдальше\nстрока, вставлено", "Пункт", "", "А", "рамка", "вокруг"]);
    assert_eq!(got[1].cell, Some(Cell { table: 0, row: 0, column: 0 }));
    assert_eq!(got[2].cell, Some(Cell { table: 0, row: 0, column: 1 }));
    assert_eq!(got[3].cell, Some(Cell { table: 0, row: 1, column: 0 }));
    assert_eq!(got[4].cell, None);
}

#[test]
fn the_text_is_found_where_the_package_says() {
    let rels = r#"<Relationships><Relationship Id="r" Type="http://x/relationships/officeDocument" Target="/other/text.xml"/></Relationships>"#;
    let doc = document(&p("", "там"));
    let file = packed(&[("_rels/.rels", rels), ("other/text.xml", &doc)]);
    assert_eq!(read(&file, Limits::default()).unwrap()[0].text, "там");
}

#[test]
fn what_is_not_a_word_file_is_refused_in_words() {
    let limits = Limits::default();
    assert_eq!(read(b"", limits), Err(Refusal::Not));
    assert_eq!(read("просто текст".as_bytes(), limits), Err(Refusal::Not));
    assert_eq!(read(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], limits), Err(Refusal::Old));
    assert_eq!(read(b"PK\x03\x04 and nothing more", limits), Err(Refusal::Broken));
    assert_eq!(read(&packed(&[("xl/workbook.xml", "<workbook/>")]), limits), Err(Refusal::Not));
    assert_eq!(read(&packed(&[("word/document.xml", "<html><p>нет</p></html>")]), limits), Err(Refusal::Not));
    assert_eq!(read(&packed(&[("word/document.xml", "<w:document><w:body>")]), limits), Err(Refusal::Broken));
    let entity = r#"<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document><w:body><w:p><w:t>&x;</w:t></w:p></w:body></w:document>"#;
    assert_eq!(read(&packed(&[("word/document.xml", entity)]), limits), Err(Refusal::Broken));
    assert_eq!(read(&packed(&[("word/document.xml", &document("<w:p><w:t>&x;</w:t></w:p>"))]), limits), Err(Refusal::Broken));
    let deep = document(&"<w:p>".repeat(5000));
    assert_eq!(read(&packed(&[("word/document.xml", &deep)]), limits), Err(Refusal::Broken));
}

#[test]
fn limits_hold() {
    let many = packed(&[("word/document.xml", &document(&p("", "пункт").repeat(300)))]);
    let few = Limits { paragraphs: 299, ..Limits::default() };
    assert_eq!(read(&many, few), Err(Refusal::TooManyParagraphs));
    assert_eq!(read(&many, Limits { packed: 100, ..Limits::default() }), Err(Refusal::TooLarge));
    assert_eq!(read(&many, Limits { unpacked: 1000, ..Limits::default() }), Err(Refusal::TooLarge));
    assert_eq!(read(&many, Limits { text: 1000, ..Limits::default() }), Err(Refusal::TooLarge));
    let slow = packed(&[("word/document.xml", &document(&p("", "пункт").repeat(2000)))]);
    assert_eq!(read(&slow, Limits { time: Duration::ZERO, ..Limits::default() }), Err(Refusal::TooSlow));
    // A bomb: 60 MiB of one letter in 60 KiB. It is stopped as soon as one piece is too long.
    let bomb = packed(&[("word/document.xml", &document(&p("", &"а".repeat(30 << 20))))]);
    assert!(bomb.len() < 1 << 20);
    let begun = Instant::now();
    assert_eq!(read(&bomb, Limits::default()), Err(Refusal::TooLarge));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let crowd: Vec<(String, &str)> = (0..5001).map(|n| (format!("f{n}"), "")).collect();
    let crowd: Vec<(&str, &str)> = crowd.iter().map(|(n, t)| (n.as_str(), *t)).collect();
    assert_eq!(read(&packed(&crowd), Limits::default()), Err(Refusal::TooLarge));
}

fn sound() -> Vec<u8> {
    let body: String = (0..40).map(|n| p(&list(1, n % 3), &format!("Пункт {n} &amp; ещё"))).collect();
    let doc = document(&body);
    packed(&[("word/document.xml", &doc), ("word/numbering.xml", NUMBERING), ("word/styles.xml", STYLES)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn garbage_never_makes_it_fall(mut bytes in proptest::collection::vec(any::<u8>(), 0..2000), headed: bool) {
        if headed {
            bytes.splice(0..0, *b"PK\x03\x04");
        }
        let _ = read(&bytes, Limits::default());
    }

    #[test]
    fn a_file_that_broke_off_is_refused(share in 0.0..0.999_f64) {
        let file = sound();
        let cut = (file.len() as f64 * share) as usize;
        prop_assert!(read(&file[..cut], Limits::default()).is_err());
    }

    #[test]
    fn a_damaged_file_never_makes_it_fall(at in any::<prop::sample::Index>(), with: u8, more in any::<prop::sample::Index>()) {
        let mut file = sound();
        let (at, more) = (at.index(file.len()), more.index(file.len()));
        file[at] = with;
        file[more] ^= with;
        let _ = read(&file, Limits::default());
    }

    #[test]
    fn any_xml_never_makes_it_fall(doc in "(<(/)?w:(p|t|tbl|tr|tc|body|document|numPr|numId|ilvl|pPr|del|Fallback)( w:val=\"-?[0-9]{0,20}\")?(/)?>|[a-zа-я&;#]{0,4}){0,60}") {
        let _ = read(&packed(&[("word/document.xml", &doc), ("word/numbering.xml", &doc), ("word/styles.xml", &doc)]), Limits::default());
    }
}
