//! Photographs, without what they tell beside the picture.

use super::{Kind, sniff};
use crate::error::Error;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};
use std::fmt;
use std::io::{BufRead, Read, Seek, SeekFrom};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Most pixels of an image that is opened at all.
const PIXELS: u64 = 64 * 1024 * 1024;
const MEMORY: u64 = 320 * 1024 * 1024;
const QUALITY: u8 = 85;
/// One image is opened at a time in a process, or a few small files would fill the memory of a small machine.
static TURN: Semaphore = Semaphore::const_new(1);
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(8);

/// A re-encoded image: the same picture, upright, and nothing but the picture.
#[derive(Clone, Debug)]
pub struct Cleaned {
    /// PNG or JPEG.
    pub bytes: Vec<u8>,
    /// Which.
    pub kind: Kind,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why an image is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageProblem {
    /// Not PNG, JPEG or WebP by content.
    Kind,
    /// More than 64 megapixels.
    TooLarge,
    /// Begins like an image but cannot be read as one.
    Broken,
}

impl fmt::Display for ImageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind => "not a PNG, JPEG or WebP image",
            Self::TooLarge => "the image has more than 64 megapixels",
            Self::Broken => "the image cannot be read",
        })
    }
}

impl std::error::Error for ImageProblem {}

/// Decodes an image and writes it anew: no place, no camera, no thumbnail, no second file behind the first. Turned
/// upright first, because the note on how the telephone was held goes too. With `longest` it is made smaller so that
/// no side is longer. Costs up to 320 MiB of memory and a second or two: on a server call [`clean_in_turn`].
///
/// # Errors
/// Not an image we take, too large, or broken.
pub fn clean_image<R: BufRead + Seek>(mut source: R, longest: Option<u32>) -> Result<Cleaned, ImageProblem> {
    let mut head = Vec::new();
    source.by_ref().take(64).read_to_end(&mut head).map_err(|_| ImageProblem::Broken)?;
    source.seek(SeekFrom::Start(0)).map_err(|_| ImageProblem::Broken)?;
    let format = match sniff(&head) {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Webp => ImageFormat::WebP,
        _ => return Err(ImageProblem::Kind),
    };
    let broken = |_| ImageProblem::Broken;
    let mut reader = ImageReader::with_format(source, format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    // Before anything is decoded: the head of a small file may promise a gigapixel.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(ImageProblem::TooLarge);
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    if let Some(longest) = longest.map(|side| side.max(1))
        && picture.width().max(picture.height()) > longest
    {
        picture = picture.thumbnail(longest, longest);
    }
    let (width, height) = (picture.width(), picture.height());
    let transparent = picture.color().has_alpha();
    let mut out = Vec::new();
    let kind = if format == ImageFormat::Png || transparent {
        picture.write_to(&mut std::io::Cursor::new(&mut out), ImageFormat::Png).map_err(broken)?;
        Kind::Png
    } else {
        let rgb = picture.into_rgb8();
        JpegEncoder::new_with_quality(&mut out, QUALITY)
            .write_image(rgb.as_raw(), width, height, image::ExtendedColorType::Rgb8)
            .map_err(broken)?;
        Kind::Jpeg
    };
    Ok(Cleaned { bytes: out, kind, width, height })
}

/// [`clean_image`] beside the threads that answer requests, one image at a time.
///
/// # Errors
/// `Busy` when many wait already; inside: why the image is not taken.
pub async fn clean_in_turn<R>(source: R, longest: Option<u32>) -> Result<Result<Cleaned, ImageProblem>, Error>
where
    R: BufRead + Seek + Send + 'static,
{
    let turn = tokio::time::timeout(PATIENCE, TURN.acquire()).await;
    let turn = turn.map_err(|_| Error::Busy(5))?.map_err(|e| Error::Internal(e.to_string()))?;
    let work = move || {
        let done = clean_image(source, longest);
        // Held to the end of the work, also when whoever asked has gone: the memory is in use all the same.
        drop(turn);
        done
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[tokio::test(start_paused = true)]
    async fn one_image_at_a_time_and_nobody_waits_for_ever() {
        let turn = TURN.acquire().await.unwrap();
        let waits = clean_in_turn(Cursor::new(encoded(ImageFormat::Png)), None).await;
        assert!(matches!(waits, Err(Error::Busy(_))), "{waits:?}");
        drop(turn);
        assert!(clean_in_turn(Cursor::new(encoded(ImageFormat::Png)), None).await.unwrap().is_ok());
    }

    fn picture() -> DynamicImage {
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8 * 6, y as u8 * 12, 7])))
    }

    fn encoded(format: ImageFormat) -> Vec<u8> {
        let mut out = Vec::new();
        picture().write_to(&mut Cursor::new(&mut out), format).unwrap();
        out
    }

    /// A JPEG with an EXIF segment: turned by 90°, and a place that must not survive.
    fn telling() -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 55.7558 37.6173");
        let jpeg = encoded(ImageFormat::Jpeg);
        let mut out = jpeg[..2].to_vec();
        out.extend_from_slice(&[0xff, 0xe1]);
        out.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
        out.extend_from_slice(&exif);
        out.extend_from_slice(&jpeg[2..]);
        out.extend_from_slice(b"<script>alert(1)</script>");
        out
    }

    #[test]
    fn the_picture_stays_and_the_rest_goes() {
        let before = telling();
        let after = clean_image(Cursor::new(&before), None).unwrap();
        assert_eq!((after.kind, after.width, after.height), (Kind::Jpeg, 20, 40), "turned upright");
        let holds = |what: &[u8]| after.bytes.windows(what.len()).any(|part| part == what);
        assert!(!holds(b"GPS") && !holds(b"Exif") && !holds(b"<script>"));
        let png = clean_image(Cursor::new(encoded(ImageFormat::Png)), None).unwrap();
        assert_eq!((png.kind, png.width, png.height), (Kind::Png, 40, 20));
        let webp = clean_image(Cursor::new(encoded(ImageFormat::WebP)), None).unwrap();
        assert_eq!((webp.kind, sniff(&webp.bytes)), (Kind::Jpeg, Kind::Jpeg));
        let small = clean_image(Cursor::new(encoded(ImageFormat::Png)), Some(10)).unwrap();
        assert_eq!((small.width, small.height), (10, 5));
    }

    #[test]
    fn what_is_not_taken() {
        let problem = |bytes: &[u8]| clean_image(Cursor::new(bytes), None).unwrap_err();
        let png = encoded(ImageFormat::Png);
        assert_eq!(problem(b""), ImageProblem::Kind);
        assert_eq!(problem(b"<svg/>"), ImageProblem::Kind);
        assert_eq!(problem(b"GIF89a"), ImageProblem::Kind);
        assert_eq!(problem(&png[..40]), ImageProblem::Broken);
        assert_eq!(problem(&png[..8]), ImageProblem::Broken);
        // A head that promises 30,000 x 30,000 pixels.
        let mut huge = png;
        huge[16..20].copy_from_slice(&30_000u32.to_be_bytes());
        huge[20..24].copy_from_slice(&30_000u32.to_be_bytes());
        let crc = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(problem(&huge), ImageProblem::TooLarge);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (!(crc & 1)).wrapping_add(1)))
        })
    }
}
