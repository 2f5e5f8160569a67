//! Parallel: work on all cores, gathered in the order of its parts. The only threads of the crate.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rayon::prelude::*;

/// How long work is waited for before it is asked again whether to go on.
const ASKED_EVERY: Duration = Duration::from_millis(10);

/// Bytes of stack for work on a thread of its own: as many as a program's first thread usually has.
const STACK: usize = 8 << 20;

/// What `work` gives, done on a thread of its own, while `goes_on` is asked whether it is still wanted. Once it is not, the
/// work is left behind: what it gives in the end is dropped.
///
/// # Errors
/// What `goes_on` says.
///
/// # Panics
/// Where `work` does.
///
/// # Examples
/// ```
/// let sum = portolan::parallel::attended(|| 1 + 1, || Ok::<(), ()>(()));
/// assert_eq!(sum, Ok(2));
/// let forever = || loop { std::thread::sleep(std::time::Duration::from_secs(1)) };
/// assert_eq!(portolan::parallel::attended::<(), _>(forever, || Err("enough")), Err("enough"));
/// ```
pub fn attended<R: Send + 'static, E>(
    work: impl FnOnce() -> R + Send + 'static,
    goes_on: impl Fn() -> Result<(), E>,
) -> Result<R, E> {
    let (done, given) = channel();
    let work = move || {
        // Nobody waits for work that was left behind.
        let _ = done.send(work());
    };
    let thread = match std::thread::Builder::new().stack_size(STACK).spawn(work) {
        Ok(thread) => thread,
        Err(error) => panic!("no thread could be started: {error}"),
    };
    loop {
        match given.recv_timeout(ASKED_EVERY) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) => goes_on()?,
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => unreachable!("the work sends what it gives before its thread ends"),
            },
        }
    }
}

/// What `work` makes of each part, in the order of the parts.
///
/// # Examples
/// ```
/// assert_eq!(portolan::parallel::map(vec![1, 2, 3], |n| n * 2), [2, 4, 6]);
/// ```
pub fn map<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    parts.into_par_iter().map(work).collect()
}

/// At most so many threads from now on, where none was started yet; else as many as the machine has cores.
pub fn use_threads(threads: usize) {
    // Threads that were started already stay as they are.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
}
