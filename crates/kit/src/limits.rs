//! Rate limits: how often the same account, address or form may do the same thing.
//!
//! Each rule is a leaky bucket per key (GCRA): one number a key, the moment at which the bucket would be empty.
//! Memory is bounded whatever comes: keys are kept as hashes in two generations, and when the younger one is full
//! the older one is forgotten.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Keys of one generation and rule; about 5 MiB a rule at the very most, in both generations together.
const GENERATION: usize = 65_536;

/// A clock that never goes back.
pub trait Clock: Send + Sync {
    /// The time since some fixed moment.
    fn now(&self) -> Duration;
}

/// The machine's steady clock.
#[derive(Clone, Copy, Debug)]
pub struct Steady(std::time::Instant);

impl Steady {
    /// Begins now.
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Clock for Steady {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// What is limited, and by what key it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Sign-ins, by account (the name typed, whether it exists or not): 5 a minute.
    LoginAccount,
    /// Sign-ins, by client address: 20 a minute.
    LoginIp,
    /// Sign-ins from a device on which the account signed in before, by device: 5 a minute.
    LoginDevice,
    /// One-time codes and second factors, by account: 5 a minute.
    Code,
    /// Public submissions, by client address: 30 a minute.
    SubmitIp,
    /// Public submissions, by form: 600 a minute.
    SubmitForm,
    /// Looking something up by a secret link (tracking, invitations), by client address: 60 a minute.
    LookupIp,
    /// Password resets, by mail address: 3 an hour.
    ResetAddress,
    /// Mails that a stranger can cause, by their address: 1 in 15 minutes.
    MailAddress,
    /// The same: 5 a day.
    MailAddressDay,
    /// API calls, by token: 600 a minute.
    ApiToken,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::LoginAccount,
        Self::LoginIp,
        Self::LoginDevice,
        Self::Code,
        Self::SubmitIp,
        Self::SubmitForm,
        Self::LookupIp,
        Self::ResetAddress,
        Self::MailAddress,
        Self::MailAddressDay,
        Self::ApiToken,
    ];

    /// The name in settings and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoginAccount => "login-account",
            Self::LoginIp => "login-ip",
            Self::LoginDevice => "login-device",
            Self::Code => "code",
            Self::SubmitIp => "submit-ip",
            Self::SubmitForm => "submit-form",
            Self::LookupIp => "lookup-ip",
            Self::ResetAddress => "reset-address",
            Self::MailAddress => "mail-address",
            Self::MailAddressDay => "mail-address-day",
            Self::ApiToken => "api-token",
        }
    }

    /// What holds unless the administrator says otherwise.
    pub const fn default_rate(self) -> Rate {
        let (count, seconds) = match self {
            Self::LoginAccount | Self::LoginDevice | Self::Code => (5, 60),
            Self::LoginIp => (20, 60),
            Self::SubmitIp => (30, 60),
            Self::SubmitForm | Self::ApiToken => (600, 60),
            Self::LookupIp => (60, 60),
            Self::ResetAddress => (3, 3_600),
            Self::MailAddress => (1, 900),
            Self::MailAddressDay => (5, 86_400),
        };
        Rate { count, period: Duration::from_secs(seconds) }
    }
}

/// So many in a period. All of them may come at once; then they come back one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At least 1.
    pub count: u32,
    /// More than nothing.
    pub period: Duration,
}

/// A setting that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting(String);

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
        write!(
            f,
            "limits: {:?} is neither \"off\" nor a list like login-ip=20/min,api-token=off (per s, min, h or day; rules: {})",
            self.0,
            names.join(", ")
        )
    }
}

impl std::error::Error for BadSetting {}

impl FromStr for Rate {
    type Err = BadSetting;

    /// Reads `20/min`: a number and `s`, `min`, `h` or `day`.
    fn from_str(text: &str) -> Result<Self, BadSetting> {
        let bad = || BadSetting(text.to_owned());
        let (count, unit) = text.split_once('/').ok_or_else(bad)?;
        let seconds = match unit.trim() {
            "s" | "sec" => 1,
            "min" => 60,
            "h" | "hour" => 3_600,
            "d" | "day" => 86_400,
            _ => return Err(bad()),
        };
        let count = count.trim().parse().ok().filter(|&count| count > 0).ok_or_else(bad)?;
        Ok(Self { count, period: Duration::from_secs(seconds) })
    }
}

/// Too often; in so many seconds (at least 1) it may be tried again. For the header `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

/// All limits of a process. Share it with an [`Arc`].
pub struct Limits {
    clock: Arc<dyn Clock>,
    hasher: RandomState,
    rules: Vec<(Rule, Rate, Mutex<Buckets>)>,
}

#[derive(Default)]
struct Buckets {
    young: HashMap<u64, Duration>,
    old: HashMap<u64, Duration>,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules.iter().map(|(rule, rate, _)| (rule, rate))).finish()
    }
}

impl Limits {
    /// Every rule at its default.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with(clock, Rule::ALL.map(|rule| (rule, rule.default_rate())))
    }

    /// Nothing is limited.
    pub fn off() -> Self {
        Self::with(Arc::new(Steady::start()), [])
    }

    /// From a setting (`OTKLIK_LIMITS`): nothing for the defaults, `off`, or a list of differences from the
    /// defaults: `login-ip=40/min,api-token=off`.
    ///
    /// # Errors
    /// The part that cannot be read.
    pub fn from_setting(setting: &str, clock: Arc<dyn Clock>) -> Result<Self, BadSetting> {
        if setting.trim() == "off" {
            return Ok(Self::off());
        }
        let mut rates = Rule::ALL.map(|rule| (rule, Some(rule.default_rate())));
        for part in setting.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let bad = || BadSetting(part.to_owned());
            let (name, rate) = part.split_once('=').ok_or_else(bad)?;
            let place = rates.iter_mut().find(|(rule, _)| rule.as_str() == name.trim()).ok_or_else(bad)?;
            place.1 = match rate.trim() {
                "off" => None,
                rate => Some(rate.parse()?),
            };
        }
        Ok(Self::with(clock, rates.into_iter().filter_map(|(rule, rate)| Some((rule, rate?)))))
    }

    /// Only the rules given; those not given do not limit.
    pub fn with(clock: Arc<dyn Clock>, rules: impl IntoIterator<Item = (Rule, Rate)>) -> Self {
        Self {
            clock,
            hasher: RandomState::new(),
            rules: rules.into_iter().map(|(rule, rate)| (rule, rate, Mutex::default())).collect(),
        }
    }

    /// Counts one act of `key` (an address, an account, a form) against a rule.
    ///
    /// # Errors
    /// [`RetryAfter`] if it comes too soon; then it was not counted.
    pub fn check(&self, rule: Rule, key: impl Hash) -> Result<(), RetryAfter> {
        let Some((_, rate, buckets)) = self.rule(rule) else {
            return Ok(());
        };
        let now = self.clock.now();
        let step = rate.period / rate.count.max(1);
        let key = self.hasher.hash_one(key);
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = buckets.get(key).map_or(now, |empty| empty.max(now));
        let next = empty + step;
        // Rounding of `step` is forgiven: a nanosecond must not cost the last of a full count.
        let over = next.saturating_sub(now).saturating_sub(rate.period);
        if over.is_zero() {
            buckets.put(key, next);
            Ok(())
        } else {
            // Not counted, but seen: else a flood of other keys would wash the refused one clean.
            buckets.put(key, empty);
            Err(RetryAfter((over.as_millis().div_ceil(1000) as u64).max(1)))
        }
    }

    /// Forgets what was counted for a key: for an account that has signed in after some wrong tries.
    pub fn forgive(&self, rule: Rule, key: impl Hash) {
        if let Some((_, _, buckets)) = self.rule(rule) {
            let key = self.hasher.hash_one(key);
            let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
            buckets.young.remove(&key);
            buckets.old.remove(&key);
        }
    }

    fn rule(&self, wanted: Rule) -> Option<&(Rule, Rate, Mutex<Buckets>)> {
        self.rules.iter().find(|(rule, ..)| *rule == wanted)
    }
}

impl Buckets {
    fn get(&self, key: u64) -> Option<Duration> {
        self.young.get(&key).or_else(|| self.old.get(&key)).copied()
    }

    fn put(&mut self, key: u64, empty: Duration) {
        if self.young.len() >= GENERATION && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, empty);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Hand {
        fn advance(&self, millis: u64) {
            self.0.fetch_add(millis, Ordering::Relaxed);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Duration {
            Duration::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    fn standing() -> (Arc<Hand>, Limits) {
        let hand = Arc::new(Hand::default());
        let limits = Limits::new(hand.clone());
        (hand, limits)
    }

    #[test]
    fn so_many_at_once_and_then_one_by_one() {
        let (hand, limits) = standing();
        for _ in 0..5 {
            assert_eq!(limits.check(Rule::LoginAccount, "anna"), Ok(()));
        }
        assert_eq!(limits.check(Rule::LoginAccount, "anna"), Err(RetryAfter(12)));
        assert_eq!(limits.check(Rule::LoginAccount, "boris"), Ok(()), "another key is not touched");
        assert_eq!(limits.check(Rule::Code, "anna"), Ok(()), "nor is another rule");
        hand.advance(11_999);
        assert_eq!(limits.check(Rule::LoginAccount, "anna"), Err(RetryAfter(1)));
        hand.advance(1);
        assert_eq!(limits.check(Rule::LoginAccount, "anna"), Ok(()));
        assert_eq!(limits.check(Rule::LoginAccount, "anna"), Err(RetryAfter(12)));
        // Refused tries cost nothing: otherwise an attacker could lock somebody out for ever.
        for _ in 0..1000 {
            let _ = limits.check(Rule::LoginAccount, "anna");
        }
        hand.advance(60_000);
        for _ in 0..5 {
            assert_eq!(limits.check(Rule::LoginAccount, "anna"), Ok(()));
        }
        limits.forgive(Rule::LoginAccount, "anna");
        assert_eq!(limits.check(Rule::LoginAccount, "anna"), Ok(()));
    }

    #[test]
    fn every_default_gives_exactly_its_count() {
        for rule in Rule::ALL {
            let (hand, limits) = standing();
            let rate = rule.default_rate();
            for _ in 0..rate.count {
                assert_eq!(limits.check(rule, 1), Ok(()), "{rule:?}");
            }
            let RetryAfter(wait) = limits.check(rule, 1).unwrap_err();
            assert!(wait >= 1 && wait <= rate.period.as_secs(), "{rule:?}: {wait}");
            hand.advance(wait * 1000);
            assert_eq!(limits.check(rule, 1), Ok(()), "{rule:?} after the promised wait");
        }
        // Seven does not divide a minute.
        let rate = "7/min".parse().unwrap();
        let limits = Limits::with(Arc::new(Hand::default()), [(Rule::LoginIp, rate)]);
        assert_eq!((0..20).filter(|_| limits.check(Rule::LoginIp, 1).is_ok()).count(), 7);
    }

    #[test]
    fn memory_is_bounded_and_the_recent_is_remembered() {
        let (_, limits) = standing();
        for key in 0..1_000_000u32 {
            let _ = limits.check(Rule::SubmitIp, key);
            if key % 30_000 == 0 {
                let _ = limits.check(Rule::SubmitIp, "steady attacker");
            }
        }
        let (_, _, buckets) = limits.rule(Rule::SubmitIp).unwrap();
        let buckets = buckets.lock().unwrap();
        assert!(buckets.young.len() <= GENERATION && buckets.old.len() <= GENERATION);
        drop(buckets);
        assert!(limits.check(Rule::SubmitIp, "steady attacker").is_err(), "a flood must not wash him clean");
    }

    #[test]
    fn settings() {
        let set = |text: &str| Limits::from_setting(text, Arc::new(Hand::default()));
        let taken = |limits: &Limits, rule| (0..2000).filter(|_| limits.check(rule, 1).is_ok()).count();
        let default = set("").unwrap();
        assert_eq!(taken(&default, Rule::LoginIp), 20);
        let off = set(" off ").unwrap();
        assert!(Rule::ALL.iter().all(|&rule| taken(&off, rule) == 2000));
        let some = set("login-ip=40/min, api-token=off").unwrap();
        assert_eq!(taken(&some, Rule::LoginIp), 40);
        assert_eq!(taken(&some, Rule::ApiToken), 2000);
        assert_eq!(taken(&some, Rule::LoginAccount), 5);
        for bad in ["on", "login-ip", "login-ip=", "login-ip=0/min", "login-ip=5/year", "nobody=5/min", "login-ip=-1/s"] {
            let error = set(bad).unwrap_err().to_string();
            assert!(error.contains("login-account"), "{bad}: {error}");
        }
    }

    #[test]
    fn the_steady_clock_runs() {
        let clock = Steady::start();
        let first = clock.now();
        std::thread::sleep(Duration::from_millis(2));
        assert!(clock.now() > first);
    }
}
