//! The styles, scripts, fonts and icons of the pages, built from `ui/` and embedded in the program.
//!
//! Every file is served as `/assets/<name>.<hash of its content>.<ext>`, so it may be cached for ever.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// One embedded file with its packed copies.
#[derive(Debug)]
pub struct Asset {
    /// File name with its hash: `app.3F2A61BC.js`.
    pub file: &'static str,
    /// Where pages find it: `/assets/app.3F2A61BC.js`.
    pub url: &'static str,
    pub mime: &'static str,
    /// Entity tag, quotes included.
    pub etag: &'static str,
    pub bytes: &'static [u8],
    pub br: Option<&'static [u8]>,
    pub gz: Option<&'static [u8]>,
}

/// The file asked for by its hashed name, as it stands in a URL after `/assets/`.
pub fn get(file: &str) -> Option<&'static Asset> {
    all().find(|asset| asset.file == file)
}

/// The address of a file by its plain name: `url("app.js")`.
///
/// An unknown name is a mistake in a template: it stops a debug build and every test that renders the
/// page; in production the page works on without that file.
pub fn url(name: &str) -> &'static str {
    match TABLE.iter().find(|(plain, _)| *plain == name) {
        Some((_, asset)) => asset.url,
        None => {
            debug_assert!(false, "ui/ has no asset named {name:?}");
            "/assets/missing"
        }
    }
}

/// Every embedded file.
pub fn all() -> impl Iterator<Item = &'static Asset> {
    TABLE.iter().map(|(_, asset)| asset)
}

/// Whether the sprite has this icon; add missing ones to `ui/icons.txt`.
pub fn has_icon(name: &str) -> bool {
    ICONS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_finds_what_it_names() {
        for name in ["style.css", "app.js", "charts.js", "client.css", "client.js", "theme.js", "icons.svg"] {
            let file = url(name).strip_prefix("/assets/").unwrap_or_default();
            let asset = get(file).unwrap_or_else(|| panic!("{name} is not embedded"));
            assert!(!asset.bytes.is_empty());
            assert!(asset.br.is_some_and(|b| b.len() < asset.bytes.len()), "{name} is not packed");
            assert!(asset.etag.starts_with('"') && asset.etag.ends_with('"'));
        }
    }

    #[test]
    fn an_unknown_file_is_not_found() {
        assert!(get("app.js").is_none(), "files are served by their hashed name only");
        assert!(get("../Cargo.toml").is_none());
    }

    #[test]
    #[should_panic(expected = "no asset named")]
    #[cfg(debug_assertions)]
    fn a_mistyped_name_stops_the_test() {
        url("ap.js");
    }

    #[test]
    fn the_style_reaches_its_fonts() {
        let style = all().find(|a| a.file.starts_with("style.")).expect("style");
        let text = String::from_utf8_lossy(style.bytes);
        let fonts: Vec<_> = all().filter(|a| a.mime == "font/woff2").collect();
        assert_eq!(fonts.len(), 2, "cyrillic and latin");
        for font in fonts {
            assert!(text.contains(font.file), "{} is not used", font.file);
        }
    }

    #[test]
    fn icons_are_listed() {
        assert!(has_icon("search"));
        assert!(!has_icon("no-such-icon"));
    }

    /// What a client on a bad phone downloads besides the page itself.
    #[test]
    fn the_clients_page_stays_small() {
        let size: usize = all().filter(|a| a.file.starts_with("client.")).map(|a| a.br.unwrap_or(a.bytes).len()).sum();
        assert!(size < 16 * 1024, "client.css and client.js weigh {size} bytes");
    }
}
