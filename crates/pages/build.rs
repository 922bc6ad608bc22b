//! Compresses what pages load, once, so that no answer has to be compressed while somebody waits for it. Both
//! compressors are Rust alone and belong to the build: nothing of them is in the program.

use std::fs::{File, read, read_dir};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;

const FOLDER: &str = "assets";

/// What brotli is told: its best quality, its largest window of the web (RFC 7932, 9.1), and the buffer it works with.
const QUALITY: u32 = 11;
const WINDOW: u32 = 22;
const BUFFER: usize = 4096;

fn main() -> io::Result<()> {
    watch_folder();
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from);
    let out = out.ok_or_else(|| io::Error::other("cargo names no folder"))?;
    for entry in read_dir(FOLDER)? {
        let path = entry?.path();
        let is_text = path.extension().is_some_and(|it| it == "js" || it == "css");
        if let (true, Some(name)) = (is_text, path.file_name().and_then(|name| name.to_str())) {
            compress(&read(&path)?, &out, name)?;
        }
    }
    Ok(())
}

fn watch_folder() {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed=build.rs");
}

fn compress(text: &[u8], out: &Path, name: &str) -> io::Result<()> {
    let file = File::create(out.join(format!("{name}.gz")))?;
    let mut gzip = GzEncoder::new(file, Compression::best());
    gzip.write_all(text)?;
    gzip.finish()?;
    let file = File::create(out.join(format!("{name}.br")))?;
    let mut brotli = CompressorWriter::new(file, BUFFER, QUALITY, WINDOW);
    brotli.write_all(text)?;
    brotli.flush()
}
