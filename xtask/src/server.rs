//! A static server on 127.0.0.1, with the headers that isolate a page (or without).
//!
//! One thread for each connection: browsers open several at once and keep them, which a pool of threads starves on.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};

/// Lines of a request's head beyond which nobody reads on.
const LONGEST_HEAD: usize = 200;

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

/// Serves a site on any free port; returns its address.
pub(crate) fn serve(site: Site) -> Result<String> {
    serve_on(bind(Port::Free)?, site)
}

/// Serves a site from threads that live as long as the program; returns its address.
pub(crate) fn serve_on(listener: TcpListener, site: Site) -> Result<String> {
    let address = format!("http://{}", listener.local_addr()?);
    let site = Arc::new(site);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(&site);
            // A visitor who goes away, or speaks no HTTP, ends the connection and is no error.
            thread::spawn(move || converse(&stream, &site));
        }
    });
    Ok(address)
}

/// Takes a port.
pub(crate) fn bind(port: Port) -> Result<TcpListener> {
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

/// Answers the requests of one connection, one after the other.
fn converse(stream: &TcpStream, site: &Site) -> std::io::Result<()> {
    // A head and a body are two writes, between which nothing shall wait for the visitor's acknowledgement.
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next().transpose()? {
        let mut last = false;
        for header in lines.by_ref().take(LONGEST_HEAD) {
            let header = header?.to_ascii_lowercase();
            last |= header.replace(' ', "") == "connection:close";
            if header.is_empty() {
                break;
            }
        }
        let mut words = request.split(' ');
        answer(
            stream,
            site,
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        )?;
        if last {
            break;
        }
    }
    Ok(())
}

fn answer(mut stream: &TcpStream, site: &Site, method: &str, url: &str) -> std::io::Result<()> {
    let (status, mime, body) = if !matches!(method, "GET" | "HEAD") {
        ("405 Method Not Allowed", "text/plain", b"only GET and HEAD\n".to_vec())
    } else {
        let file = locate(&site.folder, url);
        match file.and_then(|path| Some((mime(&path), fs::read(&path).ok()?))) {
            Some((mime, body)) => ("200 OK", mime, body),
            None => (
                "404 Not Found",
                "text/plain",
                format!("{url} is not there\n").into_bytes(),
            ),
        }
    };
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n",
        body.len()
    );
    head.push_str("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
    if site.headers != Headers::Plain {
        head.push_str("Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp\r\n");
        head.push_str("Cross-Origin-Resource-Policy: same-origin\r\n");
    }
    if site.headers == Headers::Strict {
        head.push_str(&format!("Content-Security-Policy: {POLICY}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    if method == "HEAD" {
        Ok(())
    } else {
        stream.write_all(&body)
    }
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

    use super::{Headers, Port, Site, bind, serve};

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
        let address = serve(Site {
            folder: folder.clone(),
            headers: Headers::Isolated,
        })
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
        let many: Vec<TcpStream> = (0..32).map(|_| TcpStream::connect(&address[7..]).unwrap()).collect();
        assert!(
            get(&address, "/main.rs").starts_with("HTTP/1.1 200"),
            "idle connections starve nobody"
        );
        drop(many);
        let plain = serve(Site {
            folder,
            headers: Headers::Plain,
        })
        .unwrap();
        assert!(!get(&plain, "/main.rs").contains("Cross-Origin-Embedder-Policy"));
        let strict = serve(Site {
            folder: crate::root(),
            headers: Headers::Strict,
        })
        .unwrap();
        assert!(get(&strict, "/Cargo.toml").contains("Content-Security-Policy: default-src 'self'"));
    }

    #[test]
    fn a_taken_port_is_said_or_passed_over() {
        let first = bind(Port::Free).unwrap();
        let port = first.local_addr().unwrap().port();
        let taken = bind(Port::Exactly(port)).unwrap_err();
        assert!(taken.to_string().contains(&format!("port {port} is taken")), "{taken}");
        let next = bind(Port::From(port)).unwrap();
        assert_ne!(next.local_addr().unwrap().port(), port);
    }
}
