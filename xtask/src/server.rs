//! A static server on 127.0.0.1, with the headers that isolate a page (or without).

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, bail};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// Requests that are answered at the same time.
const THREADS: usize = 4;

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
    let server = Server::from_listener(listener, None).map_err(|error| anyhow::anyhow!("cannot serve: {error}"))?;
    let (server, site) = (Arc::new(server), Arc::new(site));
    for _ in 0..THREADS {
        let (server, site) = (Arc::clone(&server), Arc::clone(&site));
        thread::spawn(move || {
            while let Ok(request) = server.recv() {
                // A visitor who went away is no error.
                let _ = answer(request, &site);
            }
        });
    }
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

fn answer(request: Request, site: &Site) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::from_string("only GET and HEAD").with_status_code(405));
    }
    let file = locate(&site.folder, request.url());
    let opened = file.as_ref().and_then(|path| File::open(path).ok());
    let (Some(path), Some(file)) = (file, opened) else {
        let text = format!("{} is not there\n", request.url());
        return request.respond(with_headers(Response::from_string(text), "text/plain", site).with_status_code(404));
    };
    let status = StatusCode(200);
    request.respond(with_headers(Response::from_file(file), mime(&path), site).with_status_code(status))
}

fn with_headers<R: std::io::Read>(mut response: Response<R>, mime: &str, site: &Site) -> Response<R> {
    let mut headers = vec![
        ("Content-Type", mime),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    if site.headers != Headers::Plain {
        headers.push(("Cross-Origin-Opener-Policy", "same-origin"));
        headers.push(("Cross-Origin-Embedder-Policy", "require-corp"));
        headers.push(("Cross-Origin-Resource-Policy", "same-origin"));
    }
    if site.headers == Headers::Strict {
        headers.push(("Content-Security-Policy", POLICY));
    }
    for (name, value) in headers {
        response.add_header(Header::from_bytes(name, value).expect("a well-formed header"));
    }
    response
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
