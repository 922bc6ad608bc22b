//! What the C library keeps of freed memory goes back to the system. Nothing else belongs here: the
//! workspace forbids unsafe code, and this crate is the exception.

/// Gives back what is free in the middle of the heaps, which the GNU C library does not do by itself:
/// without it a process stays as large as its worst moment. Elsewhere it does nothing. Takes
/// milliseconds for a heap of some tens of megabytes, in which other threads wait for memory.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(
        unsafe_code,
        reason = "a foreign function without arguments that could be wrong: it may be called by any \
                  thread at any time (malloc_trim(3), MT-Safe)"
    )]
    unsafe {
        libc::malloc_trim(0);
    }
}
