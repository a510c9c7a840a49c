//! Reusable memory for computing hashes.
//!
//! Allocating it for every hash exhausts a server's memory: glibc's allocator kept 8 GiB after 32
//! parallel logins of 19 MiB, and 770 MiB with the logins in single file.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::Block;
use zeroize::Zeroize;

use super::Error;

/// Keeps as many buffers as were ever lent at the same time.
pub(super) struct Memory {
    idle: Mutex<Vec<Vec<Block>>>,
    blocks: usize,
}

impl Memory {
    /// Keeps buffers of `blocks` blocks.
    pub(super) fn new(blocks: usize) -> Self {
        Self {
            idle: Mutex::default(),
            blocks,
        }
    }

    /// Lends at least `blocks` blocks to `work` and wipes them afterwards, because they are kept:
    /// with one pass, their contents would let a guess be tested at a fraction of the cost. A
    /// buffer larger than usual is freed afterwards, as is one lent to work that panicked.
    pub(super) fn lend<T>(
        &self,
        blocks: usize,
        work: impl FnOnce(&mut [Block]) -> T,
    ) -> Result<T, Error> {
        let usual = blocks <= self.blocks;
        let kept = if usual { self.idle().pop() } else { None };
        let fresh = || allocate(blocks.max(self.blocks));
        let mut buffer = kept.map_or_else(fresh, Ok)?;
        let done = work(&mut buffer);
        buffer[..blocks].iter_mut().zeroize();
        if usual {
            self.idle().push(buffer);
        }
        Ok(done)
    }

    /// Returns the buffers that are not lent.
    pub(super) fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        // Nothing can panic while the lock is held.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Allocates blocks; fails, rather than aborting the process, when there is not enough memory.
fn allocate(blocks: usize) -> Result<Vec<Block>, Error> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(blocks).map_err(Error::failed)?;
    buffer.resize(blocks, Block::default());
    Ok(buffer)
}
