//! What a file is by its content: names and declared types are what somebody says.

/// The kinds that we tell apart. What is not on the list is [`Kind::Other`], and HTML and SVG always are: a browser
/// must never be tempted to run what a stranger sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// PNG image.
    Png,
    /// JPEG image.
    Jpeg,
    /// GIF image.
    Gif,
    /// WebP image.
    Webp,
    /// PDF document.
    Pdf,
    /// MPEG layer 3 sound.
    Mp3,
    /// WAV sound.
    Wav,
    /// Ogg, as a rule Opus or Vorbis sound.
    Ogg,
    /// MPEG-4, as telephones record sound.
    M4a,
    /// Matroska/WebM, as browsers record sound.
    Webm,
    /// A ZIP archive, which an XLSX is too.
    Zip,
    /// Text in UTF-8 (or ASCII) that is no markup.
    Text,
    /// Anything else.
    Other,
}

impl Kind {
    /// The media type to be sent with it.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Ogg => "audio/ogg",
            Self::M4a => "audio/mp4",
            Self::Webm => "audio/webm",
            Self::Zip => "application/zip",
            Self::Text => "text/plain; charset=utf-8",
            Self::Other => "application/octet-stream",
        }
    }

    /// An image that a browser may show.
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// Sound that a browser may play.
    pub const fn is_audio(self) -> bool {
        matches!(self, Self::Mp3 | Self::Wav | Self::Ogg | Self::M4a | Self::Webm)
    }
}

/// Says what a file is from its beginning; some KiB are enough and all that is looked at.
pub fn sniff(bytes: &[u8]) -> Kind {
    let bytes = bytes.get(..4096).unwrap_or(bytes);
    let at = |from: usize, what: &[u8]| bytes.get(from..from + what.len()) == Some(what);
    if at(0, b"\x89PNG\r\n\x1a\n") {
        Kind::Png
    } else if at(0, b"\xff\xd8\xff") {
        Kind::Jpeg
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Kind::Gif
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Kind::Webp
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        Kind::Wav
    } else if at(0, b"%PDF-") {
        Kind::Pdf
    } else if at(0, b"OggS") {
        Kind::Ogg
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        Kind::Webm
    } else if at(0, b"PK\x03\x04") {
        Kind::Zip
    } else if at(4, b"ftyp") && is_sound_brand(bytes.get(8..12).unwrap_or_default()) {
        Kind::M4a
    } else if at(0, b"ID3") || is_mp3_frame(bytes) {
        Kind::Mp3
    } else if is_text(bytes) {
        Kind::Text
    } else {
        Kind::Other
    }
}

/// The brands under which telephones write sound. Most say only "MPEG-4"; played as sound it does no harm.
fn is_sound_brand(brand: &[u8]) -> bool {
    [b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4", b"3gp5"].iter().any(|known| *known == brand)
}

/// The first frame of an MP3 without a tag: sync, version, layer 3, and no reserved values.
fn is_mp3_frame(bytes: &[u8]) -> bool {
    let [a, b, c, ..] = bytes else {
        return false;
    };
    *a == 0xff
        && b & 0xe0 == 0xe0
        && b & 0x18 != 0x08
        && b & 0x06 == 0x02
        && c & 0xf0 != 0xf0
        && c & 0xf0 != 0
        && c & 0x0c != 0x0c
}

fn is_text(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The end may cut a letter in two, but nothing else may be wrong.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    !start.is_empty()
        && !start.starts_with('<')
        && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_content() {
        let ftyp = |brand: &str| format!("\0\0\0\x18ftyp{brand}\0\0\0\0").into_bytes();
        let long = "длинный текст ".repeat(1000).into_bytes();
        let cases: &[(&[u8], Kind)] = &[
            (b"\x89PNG\r\n\x1a\nrest", Kind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind::Jpeg),
            (b"GIF89a\x01\0=1;alert(1)", Kind::Gif),
            (b"RIFF\0\0\0\0WEBPVP8 ", Kind::Webp),
            (b"RIFF\0\0\0\0WAVEfmt ", Kind::Wav),
            (b"RIFF\0\0\0\0AVI ", Kind::Other),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"OggS\0\x02", Kind::Ogg),
            (b"\x1a\x45\xdf\xa3\x9f", Kind::Webm),
            (b"PK\x03\x04\x14\0", Kind::Zip),
            (b"ID3\x04\0", Kind::Mp3),
            (b"\xff\xfb\x90\x64\0", Kind::Mp3),
            (b"\xff\xf1\x50\x80", Kind::Other),
            (b"\xff\xfe<\0h\0t\0m\0l\0", Kind::Other),
            (&ftyp("M4A "), Kind::M4a),
            (&ftyp("mp42"), Kind::M4a),
            (&ftyp("qt  "), Kind::Other),
            ("имя;телефон\r\nАнна;+7".as_bytes(), Kind::Text),
            ("\u{feff}a,b".as_bytes(), Kind::Text),
            (&long, Kind::Text),
            (b"", Kind::Other),
            (b" \n", Kind::Other),
            (b"a\0b", Kind::Other),
            (b"\xe8\xec\xff", Kind::Other),
            (b"<html><script>", Kind::Other),
            ("\u{feff} \n<svg onload=alert(1)>".as_bytes(), Kind::Other),
            (b"<?xml version='1.0'?>", Kind::Other),
            (b"MZ\x90\0", Kind::Other),
            (b"\x89PN", Kind::Other),
        ];
        for (bytes, want) in cases {
            assert_eq!(sniff(bytes), *want, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]));
        }
        assert!(Kind::Webp.is_image() && !Kind::Webp.is_audio() && Kind::M4a.is_audio());
        assert_eq!(Kind::Other.mime(), "application/octet-stream");
    }
}
