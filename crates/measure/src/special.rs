//! Special functions and quantiles: normal, Student, beta, F and chi-square.
//!
//! Written out here because they are small, and because a statistics library would bring a dozen dependencies with it.
//! Accuracy is about 1e-12 relative for the arguments that surveys produce.

/// Natural logarithm of the gamma function for x > 0 (Lanczos approximation, g = 7, nine terms; Stirling above 1000).
pub fn ln_gamma(x: f64) -> f64 {
    const G: f64 = 7.0;
    const C: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Reflection: Γ(x)Γ(1−x) = π / sin πx.
        let s = (std::f64::consts::PI * x).sin();
        return (std::f64::consts::PI / s).abs().ln() - ln_gamma(1.0 - x);
    }
    if x > 1000.0 {
        let i = 1.0 / x;
        let series = i / 12.0 - i.powi(3) / 360.0 + i.powi(5) / 1260.0;
        return (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series;
    }
    let x = x - 1.0;
    let mut sum = C[0];
    for (i, c) in C.iter().enumerate().skip(1) {
        sum += c / (x + i as f64);
    }
    let t = x + G + 0.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Regularised upper incomplete gamma Q(a, x), a > 0, x ≥ 0.
pub fn gamma_q(a: f64, x: f64) -> f64 {
    if x.is_nan() || a.is_nan() || x <= 0.0 || a <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        // Series for P, then the complement.
        let mut term = 1.0 / a;
        let mut sum = term;
        let mut k = a;
        for _ in 0..10_000 {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term.abs() < sum.abs() * 1e-17 {
                break;
            }
        }
        return (1.0 - sum * front).clamp(0.0, 1.0);
    }
    // Lentz's continued fraction for Q.
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..10_000 {
        let i = i as f64;
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = if d.abs() < tiny { tiny } else { d };
        c = b + an / c;
        c = if c.abs() < tiny { tiny } else { c };
        d = 1.0 / d;
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (front * h).clamp(0.0, 1.0)
}

/// Regularised incomplete beta I_x(a, b), a, b > 0 (continued fraction, Lentz).
pub fn beta_i(a: f64, b: f64, x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    // The fraction converges fast only below the mean, hence the symmetry.
    if x < (a + 1.0) / (a + b + 2.0) {
        (front * beta_fraction(a, b, x) / a).clamp(0.0, 1.0)
    } else {
        (1.0 - front * beta_fraction(b, a, 1.0 - x) / b).clamp(0.0, 1.0)
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let tiny = 1e-300;
    let keep = |v: f64| if v.abs() < tiny { tiny } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / keep(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..20_000 {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / keep(1.0 + even * d);
        c = keep(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / keep(1.0 + odd * d);
        c = keep(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Quantile of the beta distribution. `None` unless a, b > 0 and p in [0, 1].
pub fn beta_quantile(a: f64, b: f64, p: f64) -> Option<f64> {
    let sound = a.is_finite() && b.is_finite() && a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&p);
    sound.then(|| bisect(0.0, 1.0, |x| beta_i(a, b, x) - p))
}

/// Root of an increasing function. Bisection to the last bit: always right, and fast enough for one interval a page.
pub(crate) fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let mid = 0.5 * (low + high);
        if mid <= low || mid >= high {
            break;
        }
        if f(mid) < 0.0 { low = mid } else { high = mid }
    }
    0.5 * (low + high)
}

/// Upper tail of the standard normal, P(Z > z); accurate far out in the tail.
pub fn normal_sf(z: f64) -> f64 {
    let tail = 0.5 * gamma_q(0.5, 0.5 * z * z);
    if z >= 0.0 { tail } else { 1.0 - tail }
}

/// Two-sided p-value of a z statistic, 0…1.
pub fn p_two_sided(z: f64) -> f64 {
    if z.is_nan() { 1.0 } else { (2.0 * normal_sf(z.abs())).min(1.0) }
}

/// Quantile of the standard normal: Acklam's approximation with two Halley steps. `None` unless 0 < p < 1.
pub fn normal_quantile(p: f64) -> Option<f64> {
    if p.is_nan() || p <= 0.0 || p >= 1.0 {
        return None;
    }
    const A: [f64; 6] =
        [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357_751_867_269, -30.66479806614716, 2.506628277459239];
    const B: [f64; 5] = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
    const C: [f64; 6] = [
        -0.007784894002430293,
        -0.3223964580411365,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
    let poly = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, k| sum * x + k);
    let lower = p.min(1.0 - p);
    let mut x = if lower < 0.02425 {
        let q = (-2.0 * lower.ln()).sqrt();
        poly(&C, q) / (poly(&D, q) * q + 1.0)
    } else {
        let q = lower - 0.5;
        let r = q * q;
        poly(&A, r) * q / (poly(&B, r) * r + 1.0)
    };
    for _ in 0..2 {
        let e = normal_sf(-x) - lower;
        let u = e * (2.0 * std::f64::consts::PI).sqrt() * (x * x / 2.0).exp();
        x -= u / (1.0 + x * u / 2.0);
    }
    Some(if p <= 0.5 { x } else { -x })
}

/// Two-sided p-value of Student's t with `df` degrees of freedom.
pub fn t_p_two_sided(t: f64, df: f64) -> Option<f64> {
    (df > 0.0 && !t.is_nan()).then(|| if t.is_infinite() { 0.0 } else { beta_i(df / 2.0, 0.5, df / (df + t * t)) })
}

/// Quantile of Student's t. `None` unless df > 0 and 0 < p < 1.
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    if p.is_nan() || p <= 0.0 || p >= 1.0 || df.is_nan() || df <= 0.0 {
        return None;
    }
    if p == 0.5 {
        return Some(0.0);
    }
    // |t| from the two-sided tail: tail = I_x(df/2, 1/2) with x = df / (df + t²).
    let tail = 2.0 * p.min(1.0 - p);
    let one_minus_x = beta_quantile(0.5, df / 2.0, 1.0 - tail)?;
    let t = (df * one_minus_x / (1.0 - one_minus_x)).sqrt();
    Some(if p > 0.5 { t } else { -t })
}

/// Upper tail of the chi-square distribution.
pub fn chi2_sf(x: f64, df: f64) -> Option<f64> {
    (df > 0.0 && !x.is_nan()).then(|| gamma_q(df / 2.0, x / 2.0))
}

/// Quantile of the chi-square distribution. `None` unless df > 0 and 0 ≤ p < 1.
pub fn chi2_quantile(p: f64, df: f64) -> Option<f64> {
    if !(0.0..1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return None;
    }
    let mut high = df.max(1.0);
    while gamma_q(df / 2.0, high / 2.0) > 1.0 - p && high < 1e12 {
        high *= 2.0;
    }
    Some(bisect(0.0, high, |x| 1.0 - p - gamma_q(df / 2.0, x / 2.0)))
}

/// Quantile of Fisher's F. `None` unless both degrees of freedom are positive and 0 ≤ p < 1.
pub fn f_quantile(p: f64, df1: f64, df2: f64) -> Option<f64> {
    if !(0.0..1.0).contains(&p) {
        return None;
    }
    let x = beta_quantile(df1 / 2.0, df2 / 2.0, p)?;
    (x < 1.0).then(|| df2 * x / (df1 * (1.0 - x)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_printed_tables() {
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap_or(f64::NAN) - b).abs() < 1e-9, "{a:?} {b}");
        near(normal_quantile(0.975), 1.959963984540054);
        near(normal_quantile(1e-10), -6.361340902404056);
        near(t_quantile(0.975, 3.0), 3.182446305284263);
        near(chi2_quantile(0.95, 1.0), 3.841458820694124);
        near(f_quantile(0.95, 3.0, 10.0), 3.708264819021);
        near(beta_quantile(2.0, 3.0, 0.5), 0.385727568199);
    }

    #[test]
    fn nothing_panics_on_odd_arguments() {
        for x in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1.0, 2.0] {
            for y in [f64::NAN, -3.0, 0.0, 0.3] {
                let _ = (normal_quantile(x), t_quantile(x, y), chi2_quantile(x, y), f_quantile(x, y, y));
                let _ = (beta_quantile(x, y, 0.5), chi2_sf(x, y), p_two_sided(x), t_p_two_sided(x, y));
            }
        }
    }
}
