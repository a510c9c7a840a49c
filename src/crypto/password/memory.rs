//! The memory that hashes are computed in, used again and again.
//!
//! Allocating it for every hash is what makes password hashing eat a server: glibc's allocator
//! kept 8 GiB after 32 parallel logins of 19 MiB, and 770 MiB with the logins in single file.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::Block;

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

    /// Lends at least `blocks` blocks to `work`, holding whatever the last one left in them.
    /// A larger buffer than the usual is freed afterwards; one that was lent to work that
    /// panicked is freed too.
    pub(super) fn lend<T>(
        &self,
        blocks: usize,
        work: impl FnOnce(&mut [Block]) -> T,
    ) -> Result<T, Error> {
        if blocks > self.blocks {
            return Ok(work(&mut allocate(blocks)?));
        }
        let kept = self.idle().pop();
        let mut buffer = kept.map_or_else(|| allocate(self.blocks), Ok)?;
        let done = work(&mut buffer);
        self.idle().push(buffer);
        Ok(done)
    }

    // Nothing can panic while the lock is held.
    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.idle().len()
    }
}

/// Does not abort the process when there is not enough memory.
fn allocate(blocks: usize) -> Result<Vec<Block>, Error> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(blocks).map_err(Error::failed)?;
    buffer.resize(blocks, Block::default());
    Ok(buffer)
}
