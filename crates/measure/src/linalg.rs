//! Small dense symmetric matrices: as much linear algebra as correlations of a dozen drivers need.

/// A square matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    size: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// Zeros.
    pub fn zeros(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    /// Filled by a function of row and column.
    pub fn from_fn(size: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let cells = (0..size * size).map(|k| f(k / size.max(1), k % size.max(1))).collect();
        Self { size, cells }
    }

    /// Number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The cell of a row and a column; NaN outside.
    pub fn at(&self, row: usize, col: usize) -> f64 {
        if col >= self.size {
            return f64::NAN;
        }
        self.cells.get(row * self.size + col).copied().unwrap_or(f64::NAN)
    }

    /// Sets a cell; outside the matrix nothing happens.
    pub fn set(&mut self, row: usize, col: usize, value: f64) {
        if col < self.size
            && let Some(cell) = self.cells.get_mut(row * self.size + col)
        {
            *cell = value;
        }
    }

    /// The matrix times a vector.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        self.cells.chunks(self.size.max(1)).map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum()).collect()
    }

    /// Inverse by Gauss–Jordan with row pivoting. `None` when the matrix is singular to working accuracy.
    pub fn inverse(&self) -> Option<Matrix> {
        let n = self.size;
        let mut a = self.clone();
        let mut b = Matrix::from_fn(n, |i, j| if i == j { 1.0 } else { 0.0 });
        let scale = self.cells.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        for k in 0..n {
            let pivot = (k..n).max_by(|&i, &j| a.at(i, k).abs().total_cmp(&a.at(j, k).abs()))?;
            let head = a.at(pivot, k);
            if !head.is_finite() || head.abs() <= scale * 1e-12 {
                return None;
            }
            for j in 0..n {
                for m in [&mut a, &mut b] {
                    let (top, low) = (m.at(k, j), m.at(pivot, j));
                    m.set(k, j, low / head);
                    if pivot != k {
                        m.set(pivot, j, top);
                    }
                }
            }
            for i in (0..n).filter(|&i| i != k) {
                let factor = a.at(i, k);
                for j in 0..n {
                    a.set(i, j, a.at(i, j) - factor * a.at(k, j));
                    b.set(i, j, b.at(i, j) - factor * b.at(k, j));
                }
            }
        }
        Some(b)
    }

    /// Eigenvalues and eigenvectors (columns) of a symmetric matrix by Jacobi rotations.
    pub fn eigen(&self) -> (Vec<f64>, Matrix) {
        let n = self.size;
        let mut a = self.clone();
        let mut v = Matrix::from_fn(n, |i, j| if i == j { 1.0 } else { 0.0 });
        for _ in 0..100 {
            let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
            if off < 1e-30 || off.is_nan() {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    rotate(&mut a, &mut v, p, q);
                }
            }
        }
        ((0..n).map(|i| a.at(i, i)).collect(), v)
    }
}

/// One Jacobi rotation that clears the cell (p, q).
fn rotate(a: &mut Matrix, v: &mut Matrix, p: usize, q: usize) {
    let n = a.size();
    let apq = a.at(p, q);
    if apq.abs() < 1e-300 {
        return;
    }
    let theta = (a.at(q, q) - a.at(p, p)) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let t = if theta == 0.0 { 1.0 } else { t };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..n {
        let (x, y) = (a.at(k, p), a.at(k, q));
        a.set(k, p, c * x - s * y);
        a.set(k, q, s * x + c * y);
    }
    for k in 0..n {
        let (x, y) = (a.at(p, k), a.at(q, k));
        a.set(p, k, c * x - s * y);
        a.set(q, k, s * x + c * y);
    }
    for k in 0..n {
        let (x, y) = (v.at(k, p), v.at(k, q));
        v.set(k, p, c * x - s * y);
        v.set(k, q, s * x + c * y);
    }
}
