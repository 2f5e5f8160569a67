//! Time that the process spent computing, which a shared machine does not lengthen, and its largest size.

/// User and system time of this process so far, in seconds.
#[cfg(unix)]
pub fn cpu() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Time of the clock on the wall: of computing alone this system does not tell.
#[cfg(not(unix))]
pub fn cpu() -> f64 {
    static BEGAN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGAN.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}

/// The median time of one run, in seconds: of seven samples of at least 20 ms each after one to warm up. Of what takes over a
/// second there are three samples, and of what takes over five there is one.
pub fn median(mut run: impl FnMut()) -> f64 {
    let mut timed = |runs: u32| {
        let began = cpu();
        (0..runs).for_each(|_| run());
        (cpu() - began) / f64::from(runs)
    };
    let first = timed(1);
    if first > 5.0 {
        return first;
    }
    let once = timed(1);
    let runs = (0.02 / once).ceil().clamp(1.0, 100_000.0) as u32;
    let mut samples: Vec<f64> = (0..if once > 1.0 { 3 } else { 7 }).map(|_| timed(runs)).collect();
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// The median times of one run of each, in seconds, and the median of how many times longer the first took: fifteen samples of
/// each in turn, so that what slows the machine slows both.
#[allow(dead_code, reason = "not every benchmark compares two")]
pub fn pair(mut run: impl FnMut(), mut beside: impl FnMut()) -> [f64; 3] {
    let mut timed = |runs: u32| {
        let began = cpu();
        (0..runs).for_each(|_| run());
        let turn = cpu();
        (0..runs).for_each(|_| beside());
        let [run, beside] = [turn - began, cpu() - turn].map(|time| time / f64::from(runs));
        [run, beside, run / beside]
    };
    timed(1);
    let runs = (0.02 / timed(1)[0]).ceil().clamp(1.0, 100_000.0) as u32;
    let samples: Vec<[f64; 3]> = (0..15).map(|_| timed(runs)).collect();
    [0, 1, 2].map(|at| {
        let mut of: Vec<f64> = samples.iter().map(|sample| sample[at]).collect();
        of.sort_by(f64::total_cmp);
        of[of.len() / 2]
    })
}

/// How many times longer so many loops that share nothing take at once than one of them alone: 1 where each has a core of its own, and as
/// many as there are where they have one between them. No program gains more by so many threads.
#[allow(dead_code, reason = "not every benchmark uses threads")]
pub fn at_once(n: usize) -> f64 {
    let one = || {
        (0..30_000_000_u64).fold(1_u64, |x, i| std::hint::black_box(x.wrapping_mul(3).wrapping_add(i)));
    };
    let timed = |n: usize| {
        let began = std::time::Instant::now();
        std::thread::scope(|scope| (0..n).for_each(|_| _ = scope.spawn(one)));
        began.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..9).map(|_| timed(n) / timed(1)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}
