use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// How much of what one item gives may wait for its turn.
const WAITING: usize = 64;

/// Does `work` on `items` on several threads. What it gives for each is handed to `take` with the number of the item, in the
/// order of the items, until `take` breaks. An item that is ahead of its turn waits once it has given much.
pub(crate) fn in_order<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    work: impl Fn(T, &mut dyn FnMut(R) -> ControlFlow<()>) -> ControlFlow<()> + Sync,
    mut take: impl FnMut(usize, R) -> ControlFlow<()>,
) {
    let threads = threads.min(items.len());
    if threads <= 1 {
        for (number, item) in items.into_iter().enumerate() {
            let mut flow = ControlFlow::Continue(());
            let _ = work(item, &mut |result| {
                flow = take(number, result);
                flow
            });
            if flow.is_break() {
                return;
            }
        }
        return;
    }
    let (senders, receivers): (Vec<SyncSender<R>>, Vec<Receiver<R>>) =
        items.iter().map(|_| sync_channel(WAITING)).unzip();
    let next = Mutex::new(items.into_iter().zip(senders));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let taken = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((item, sender)) = taken else { return };
                    let _ = work(item, &mut |result| match sender.send(result) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(_) => ControlFlow::Break(()),
                    });
                }
            });
        }
        for (number, receiver) in receivers.into_iter().enumerate() {
            for result in receiver {
                if take(number, result).is_break() {
                    // Nobody hears of the items that are left.
                    next.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
                    return;
                }
            }
        }
    });
}

/// What `work` makes of `items`, on several threads, in the order of the items.
pub(crate) fn map_in_order<T: Send, R: Send>(items: Vec<T>, threads: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let mut made = Vec::with_capacity(items.len());
    in_order(
        items,
        threads,
        |item, give| give(work(item)),
        |_, result| {
            made.push(result);
            ControlFlow::Continue(())
        },
    );
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_until_somebody_breaks() {
        for threads in [0, 1, 2, 7] {
            let mut taken = Vec::new();
            let work = |n: usize, give: &mut dyn FnMut(usize) -> ControlFlow<()>| {
                std::thread::sleep(std::time::Duration::from_micros(n as u64 * 37 % 500));
                (0..n).try_for_each(give)
            };
            in_order((0..200).collect(), threads, work, |number, n| {
                taken.push((number, n));
                if number == 149 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            let mut expected: Vec<(usize, usize)> =
                (0..149).flat_map(|item| (0..item).map(move |n| (item, n))).collect();
            expected.push((149, 0));
            assert_eq!(taken, expected, "{threads} threads");
        }
    }
}
