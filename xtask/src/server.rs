//! A static server on 127.0.0.1, with the headers that isolate a page (or without).

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};

/// What is served, and how.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) headers: Headers,
}

/// Which headers come with every file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Headers {
    /// Pages are cross-origin isolated (COOP and COEP), which shared memory needs.
    Isolated,
    /// Nothing special.
    Plain,
    /// Isolated, and a content security policy that allows neither `eval` nor scripts and workers from blobs.
    Strict,
}

/// What a careful site allows: its own files, wasm, and the inline styles and images of a test page.
const POLICY: &str =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' data:";

/// Which port to take.
#[derive(Clone, Copy)]
pub(crate) enum Port {
    /// This one or none.
    Exactly(u16),
    /// The first free one from here on.
    From(u16),
    /// Any.
    Free,
}

/// Serves a site from threads that live as long as the program; returns its address.
pub(crate) fn serve(site: Site, port: Port) -> Result<String> {
    let listener = bind(port)?;
    let address = format!("http://{}", listener.local_addr()?);
    let site = Arc::new(site);
    thread::spawn(move || {
        // A thread for each connection: browsers keep several open, and none may wait for another to end.
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(&site);
            // A visitor who went away is no error.
            thread::spawn(move || drop(converse(&stream, &site)));
        }
    });
    Ok(address)
}

fn bind(port: Port) -> Result<TcpListener> {
    let listen = |port: u16| TcpListener::bind(("127.0.0.1", port));
    match port {
        Port::Free => listen(0).context("no port is free"),
        Port::Exactly(port) => {
            listen(port).with_context(|| format!("port {port} is taken; name another with --port, or none"))
        }
        Port::From(first) => {
            for port in first..first.saturating_add(50) {
                if let Ok(listener) = listen(port) {
                    if port > first {
                        println!("port {first} is taken, {port} it is");
                    }
                    return Ok(listener);
                }
            }
            bail!("the fifty ports from {first} on are taken; name a free one with --port")
        }
    }
}

/// Answers the requests of one connection, one after the other, until the visitor closes it.
fn converse(stream: &TcpStream, site: &Site) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next().transpose()? {
        let mut last = false;
        // Nothing of the headers matters here but the wish to end; a request that has a body is refused, and ends.
        for header in lines.by_ref() {
            let header = header?.to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            last |= header.starts_with("connection:") && header.contains("close");
        }
        let mut words = request.split(' ');
        let (method, url) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        last |= !matches!(method, "GET" | "HEAD");
        (&mut &*stream).write_all(&answer(method, url, site))?;
        if last {
            break;
        }
    }
    Ok(())
}

/// The bytes of the response.
fn answer(method: &str, url: &str, site: &Site) -> Vec<u8> {
    let file = locate(&site.folder, url).and_then(|path| Some((mime(&path), fs::read(&path).ok()?)));
    let (status, mime, body) = match (method, file) {
        ("GET" | "HEAD", Some((mime, body))) => ("200 OK", mime, body),
        ("GET" | "HEAD", None) => (
            "404 Not Found",
            "text/plain",
            format!("{url} is not there\n").into_bytes(),
        ),
        _ => ("405 Method Not Allowed", "text/plain", b"only GET and HEAD\n".to_vec()),
    };
    let mut response = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers(mime, site.headers) {
        response += &format!("{name}: {value}\r\n");
    }
    response += "\r\n";
    let mut response = response.into_bytes();
    if method != "HEAD" {
        response.extend(body);
    }
    response
}

fn headers(mime: &'static str, headers: Headers) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("Content-Type", mime),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    if headers != Headers::Plain {
        all.push(("Cross-Origin-Opener-Policy", "same-origin"));
        all.push(("Cross-Origin-Embedder-Policy", "require-corp"));
        all.push(("Cross-Origin-Resource-Policy", "same-origin"));
    }
    if headers == Headers::Strict {
        all.push(("Content-Security-Policy", POLICY));
    }
    all
}

/// The file a URL names; none if it is outside of the folder or not there.
fn locate(folder: &Path, url: &str) -> Option<PathBuf> {
    let path = decode(url.split(['?', '#']).next()?)?;
    let mut file = folder.to_path_buf();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if part == ".." || part.contains(['\\', '\0']) {
            return None;
        }
        file.push(part);
    }
    if file.is_dir() {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

/// `%20` as a space, and the like.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn mime(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" | "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::{Headers, Port, Site, serve};

    fn get(address: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn files_are_served_with_type_and_isolation_and_nothing_else_is() {
        let folder = crate::root().join("xtask/src");
        let address = serve(
            Site {
                folder: folder.clone(),
                headers: Headers::Isolated,
            },
            Port::Free,
        )
        .unwrap();
        let main = get(&address, "/main.rs?x=1");
        assert!(main.starts_with("HTTP/1.1 200") && main.contains("fn main()"), "{main}");
        assert!(main.contains("Cross-Origin-Embedder-Policy: require-corp"), "{main}");
        assert!(get(&address, "/%6dain.rs").starts_with("HTTP/1.1 200"));
        for outside in [
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/..%2fCargo.toml",
            "/none.js",
            "/",
        ] {
            assert!(get(&address, outside).starts_with("HTTP/1.1 404"), "{outside}");
        }
        let plain = serve(
            Site {
                folder,
                headers: Headers::Plain,
            },
            Port::Free,
        )
        .unwrap();
        assert!(!get(&plain, "/main.rs").contains("Cross-Origin-Embedder-Policy"));
        let strict = serve(
            Site {
                folder: crate::root(),
                headers: Headers::Strict,
            },
            Port::Free,
        )
        .unwrap();
        assert!(get(&strict, "/Cargo.toml").contains("Content-Security-Policy: default-src 'self'"));
    }

    #[test]
    fn a_connection_is_kept_and_many_are_served_at_once() {
        let folder = crate::root().join("xtask/src");
        let headers = Headers::Plain;
        let address = serve(Site { folder, headers }, Port::Free).unwrap();
        let open = || TcpStream::connect(address.trim_start_matches("http://")).unwrap();
        // All stay open: each asks twice, and none has ended.
        let mut streams: Vec<TcpStream> = (0..20).map(|_| open()).collect();
        for _ in 0..2 {
            for stream in &mut streams {
                write!(stream, "HEAD /main.rs HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
                let mut answer = Vec::new();
                while !answer.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    answer.push(byte[0]);
                }
                assert!(answer.starts_with(b"HTTP/1.1 200"));
            }
        }
        let mut posting = open();
        write!(posting, "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx").unwrap();
        let mut answer = [0; 12];
        posting.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 405");
    }

    #[test]
    fn a_taken_port_is_said_or_passed_over() {
        let folder = crate::root();
        let first = serve(
            Site {
                folder: folder.clone(),
                headers: Headers::Isolated,
            },
            Port::Free,
        )
        .unwrap();
        let port: u16 = first.rsplit(':').next().unwrap().parse().unwrap();
        let taken = serve(
            Site {
                folder: folder.clone(),
                headers: Headers::Isolated,
            },
            Port::Exactly(port),
        )
        .unwrap_err();
        assert!(taken.to_string().contains(&format!("port {port} is taken")), "{taken}");
        let next = serve(
            Site {
                folder,
                headers: Headers::Isolated,
            },
            Port::From(port),
        )
        .unwrap();
        assert_ne!(next, first);
    }
}
