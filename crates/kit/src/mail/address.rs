//! What counts as an e-mail address: one verdict for forms, the API, imports and incoming mail.

use std::fmt;

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing there.
    Empty,
    /// More than 254 signs in all, or 64 before the @.
    TooLong,
    /// Not exactly one @ with something on both sides.
    Shape,
    /// What stands before the @: only Latin letters, digits and ``.!#$%&'*+-/=?^_`{|}~``, no quotes, no dot at an end
    /// and no two together.
    Local,
    /// What stands behind the @ is not a domain name: an address in brackets, one name without a dot, a bad label.
    Domain,
}

impl EmailProblem {
    /// A word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "email_empty",
            Self::TooLong => "email_too_long",
            Self::Shape => "email_shape",
            Self::Local => "email_local",
            Self::Domain => "email_domain",
        }
    }
}

impl fmt::Display for EmailProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the address is empty",
            Self::TooLong => "the address is too long",
            Self::Shape => "the address must have the form name@domain",
            Self::Local => "there are signs before the @ that we do not take",
            Self::Domain => "what follows the @ is no domain name",
        })
    }
}

impl std::error::Error for EmailProblem {}

/// Checks an address and gives its normal form: without spaces around it, in small letters, a domain in other scripts
/// as punycode. Small letters before the @ too: no mail server in use tells `Anna@` from `anna@`, and two accounts for
/// one person would be worse.
///
/// Narrower than RFC 5322 on purpose: quoted names, comments, address literals and names outside ASCII are deliverable
/// nowhere that matters and are the stuff of injections.
///
/// # Errors
/// Says which part is wrong.
pub fn valid_email(text: &str) -> Result<String, EmailProblem> {
    let text = text.trim_matches(' ');
    if text.is_empty() {
        return Err(EmailProblem::Empty);
    }
    // In bytes and generously: only so that nothing below works on a megabyte.
    if text.len() > 1024 {
        return Err(EmailProblem::TooLong);
    }
    let (local, domain) = text.split_once('@').ok_or(EmailProblem::Shape)?;
    if local.is_empty() || domain.is_empty() || domain.contains('@') {
        return Err(EmailProblem::Shape);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    if !local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(allowed)) {
        return Err(EmailProblem::Local);
    }
    let domain = normal_domain(domain).ok_or(EmailProblem::Domain)?;
    if local.len() > 64 || local.len() + 1 + domain.len() > 254 {
        return Err(EmailProblem::TooLong);
    }
    Ok(format!("{}@{domain}", local.to_ascii_lowercase()))
}

fn normal_domain(domain: &str) -> Option<String> {
    // IDNA takes the ideographic full stop and its like for dots: nobody types those by accident.
    if domain.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '。' | '．' | '｡')) {
        return None;
    }
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits alone would be an IP address.
    let named = labels.last().is_some_and(|last| last.bytes().any(|b| !b.is_ascii_digit()));
    (labels.len() > 1 && named && ascii.len() <= 253 && labels.iter().all(label)).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_addresses_and_their_normal_form() {
        for (text, want) in [
            ("anna@example.org", "anna@example.org"),
            ("  Anna.Petrova@Example.ORG ", "anna.petrova@example.org"),
            ("a@b.c", "a@b.c"),
            ("o'neil+tag_1@sub.domain.example.org", "o'neil+tag_1@sub.domain.example.org"),
            ("!#$%&'*+-/=?^_`{|}~@b.org", "!#$%&'*+-/=?^_`{|}~@b.org"),
            ("info@почта.рф", "info@xn--80a1acny.xn--p1ai"),
            ("info@ПОЧТА.рф", "info@xn--80a1acny.xn--p1ai"),
            ("info@xn--80a1acny.xn--p1ai", "info@xn--80a1acny.xn--p1ai"),
            ("info@bücher.example", "info@xn--bcher-kva.example"),
            ("1@2.c3", "1@2.c3"),
        ] {
            assert_eq!(valid_email(text).as_deref(), Ok(want), "{text}");
            assert_eq!(valid_email(want).as_deref(), Ok(want), "not stable: {want}");
        }
        let longest = format!("{}@{}.org", "a".repeat(64), ["b".repeat(61), "c".repeat(61), "d".repeat(59)].join("."));
        assert_eq!(longest.len(), 252);
        assert!(valid_email(&longest).is_ok());
    }

    #[test]
    fn bad_addresses_and_why() {
        use EmailProblem::*;
        let long_label = format!("a@{}.org", "b".repeat(64));
        let long_local = format!("{}@b.org", "a".repeat(65));
        let long_all = format!("a@{}org", "bcdefghij.".repeat(26));
        let huge = "a".repeat(10_000_000);
        for (text, why) in [
            ("", Empty),
            ("   ", Empty),
            ("anna", Shape),
            ("@b.org", Shape),
            ("anna@", Shape),
            ("a@b@c.org", Shape),
            ("a@@b.org", Shape),
            ("\"a b\"@b.org", Local),
            ("\"a\\\"@b\"@b.org", Shape),
            ("\"a\"@b.org", Local),
            ("a..b@c.org", Local),
            (".a@c.org", Local),
            ("a.@c.org", Local),
            ("a b@c.org", Local),
            ("анна@example.org", Local),
            ("a,b@c.org", Local),
            ("a(comment)@c.org", Local),
            ("Anna <a@c.org>", Local),
            ("a\n@c.org", Local),
            ("a\0@c.org", Local),
            ("a@b.org\nRCPT TO:<v@x.org>", Shape),
            ("a@b.org\r\n", Domain),
            ("a@b.org\nBcc: v", Domain),
            ("a@b", Domain),
            ("a@localhost", Domain),
            ("a@b..c", Domain),
            ("a@.b.org", Domain),
            ("a@b.org.", Domain),
            ("a@-b.org", Domain),
            ("a@b-.org", Domain),
            ("a@b_c.org", Domain),
            ("a@b c.org", Domain),
            ("a@[127.0.0.1]", Domain),
            ("a@[IPv6:::1]", Domain),
            ("a@127.0.0.1", Domain),
            ("a@1.2", Domain),
            ("a@b。org", Domain),
            ("a@b/c.org", Domain),
            ("a@%62.org", Domain),
            ("a@xn--zzzzzzzzzz99999.org", Domain),
            ("a@b\u{202e}.org", Domain),
            ("a@\u{200b}b..org", Domain),
            (&long_label, Domain),
            (&long_local, TooLong),
            (&long_all, Domain),
            (&huge, TooLong),
        ] {
            let shown: String = text.chars().take(80).collect();
            assert_eq!(valid_email(text), Err(why), "{shown:?}");
        }
    }
}
