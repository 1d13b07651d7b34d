//! A function item made out of nothing, which is what it consists of.

/// Compiles only for functions that capture nothing.
pub(crate) const fn assert_captures_nothing<F>() {
    const {
        assert!(
            size_of::<F>() == 0,
            "a task must be a plain function or a closure that captures nothing: pass what it needs as arguments, \
             e.g. `client.submit(|x: i64, scale: i64| x * scale, (2, scale))` instead of using `scale` inside the closure"
        );
    }
}

/// A copy of the function of type `F`.
pub(crate) fn conjure<F: Copy + Send + 'static>() -> F {
    assert_captures_nothing::<F>();
    // SAFETY: `F` has no bytes, so nothing is read, and there is nothing that could be invalid. A value of it exists: trampolines
    // are reached only through `client.submit` and its like, which were given one; so `F` is inhabited. `F: Copy + Send`
    // lets whoever has one copy it and use the copy in another thread, which is all that happens here.
    unsafe { std::ptr::NonNull::<F>::dangling().read() }
}
