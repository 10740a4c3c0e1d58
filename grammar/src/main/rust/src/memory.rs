//! The memory of one compilation, bounded. Nothing can end a compilation from outside, and some would grow for as long as
//! they run: one that takes too much sleeps for good, in its place among those that may run at a time.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::thread;
use std::time::Duration;

const UNBOUNDED: isize = isize::MAX;

thread_local! {
    static LEFT: Cell<isize> = const { Cell::new(UNBOUNDED) };
}

/// Bounds what this thread holds from now on.
pub fn bound(bytes: usize) {
    LEFT.set(isize::try_from(bytes).unwrap_or(UNBOUNDED));
}

struct Counted;

#[global_allocator]
static ALLOCATOR: Counted = Counted;

fn count(bytes: isize) {
    let left = LEFT.get();
    if left == UNBOUNDED {
        return;
    }
    LEFT.set(left.saturating_sub(bytes).min(UNBOUNDED - 1));
    while LEFT.get() < 0 {
        thread::sleep(Duration::from_secs(3600));
    }
}

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        System.alloc(layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        System.alloc_zeroed(layout)
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        System.realloc(block, layout, size)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        System.dealloc(block, layout)
    }
}
