//! Parallel: work on all cores, gathered in the order of its parts. The only threads of the crate.

use std::num::NonZero;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

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

/// Sorts; equal ones in any order.
///
/// # Examples
/// ```
/// let mut items = vec![3, 1, 2];
/// portolan::parallel::sort(&mut items);
/// assert_eq!(items, [1, 2, 3]);
/// ```
pub fn sort<T: Ord + Send>(items: &mut [T]) {
    if items.len() < SORTED_ALONE {
        return items.sort_unstable();
    }
    beside(items.chunks_mut(items.len().div_ceil(threads())).collect(), |part: &mut [T]| part.sort_unstable());
    // It knows parts that are in order, and puts them together.
    items.sort();
}

/// Fewer items are sorted by one thread.
const SORTED_ALONE: usize = 1 << 14;

/// How many threads there are, once that was said or asked.
static THREADS: OnceLock<usize> = OnceLock::new();

/// Started when there is work for several.
static ALL: OnceLock<ThreadPool> = OnceLock::new();
/// The same, but for the thread that asks.
static OTHERS: OnceLock<ThreadPool> = OnceLock::new();

fn pool(of: &'static OnceLock<ThreadPool>, threads: usize) -> &'static ThreadPool {
    of.get_or_init(|| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
        pool.unwrap_or_else(|error| panic!("no threads could be started: {error}"))
    })
}

/// What `work` makes of each part, in the order of the parts. It may ask for the same in its turn.
///
/// # Panics
/// Where `work` does; where no thread can be started.
///
/// # Examples
/// ```
/// assert_eq!(portolan::parallel::map(vec![1, 2, 3], |n| n * 2), [2, 4, 6]);
/// ```
pub fn map<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    if threads() == 1 {
        return parts.into_iter().map(work).collect();
    }
    pool(&ALL, threads()).install(|| parts.into_par_iter().with_max_len(1).map(work).collect())
}

/// The same for short work that asks for no more of it: who is free takes the next part, this thread as well, which waits for no other one
/// to begin.
///
/// # Panics
/// As [`map`].
///
/// # Examples
/// ```
/// assert_eq!(portolan::parallel::beside(vec![1, 2, 3], |n| n * 2), [2, 4, 6]);
/// ```
pub fn beside<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    let n_threads = threads().min(parts.len());
    if n_threads < 2 {
        return parts.into_iter().map(work).collect();
    }
    let mut made: Vec<Option<R>> = parts.iter().map(|_| None).collect();
    let open = Mutex::new(parts.into_iter().zip(&mut made));
    let next = || open.lock().unwrap_or_else(PoisonError::into_inner).next();
    let some = || {
        while let Some((part, made)) = next() {
            *made = Some(work(part));
        }
    };
    pool(&OTHERS, threads() - 1).in_place_scope(|scope| {
        (1..n_threads).for_each(|_| scope.spawn(|_| some()));
        some();
    });
    made.into_iter().flatten().collect()
}

/// Threads that work at once: as many as the machine has cores for this program, unless [`use_threads`] was asked for another number.
#[must_use]
pub fn threads() -> usize {
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZero::get))
}

/// So many threads, one at least, where nothing was done by several yet and nobody asked how many there are; else it stays as it is.
pub fn use_threads(threads: usize) {
    let _ = THREADS.set(threads.max(1));
}
