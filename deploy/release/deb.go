package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// debian writes the package: deb(5), version 2.0.
func (r release) debian(files []file) ([]byte, error) {
	control, err := r.control(files)
	if err != nil {
		return nil, err
	}
	controlTar, err := packed(control, r.made)
	if err != nil {
		return nil, err
	}
	dataTar, err := packed(files, r.made)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	for _, member := range []struct {
		name string
		body []byte
	}{{"debian-binary", []byte("2.0\n")}, {"control.tar.gz", controlTar}, {"data.tar.gz", dataTar}} {
		fmt.Fprintf(&b, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", member.name, r.made.Unix(), 0, 0, "100644", len(member.body))
		b.Write(member.body)
		if len(member.body)%2 == 1 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes(), nil
}

// control are the files that dpkg works with.
func (r release) control(files []file) ([]file, error) {
	size := 0
	var sums bytes.Buffer
	for _, f := range files {
		size += len(f.body)
		fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(f.body), f.path)
	}
	var list []file
	for _, name := range []string{"control", "postinst", "prerm", "postrm"} {
		body, err := os.ReadFile(filepath.Join(r.root, "deploy", "debian", name))
		if err != nil {
			return nil, fmt.Errorf("couldn't read a file of the package: %w", err)
		}
		mode := int64(0o755)
		if name == "control" {
			mode = 0o644
			body = []byte(strings.NewReplacer("{{version}}", debianVersion(r.version), "{{architecture}}", r.arch, "{{size}}", fmt.Sprint((size+1023)/1024)).Replace(string(body)))
		}
		list = append(list, file{name, mode, body})
	}
	return append(list, file{"md5sums", 0o644, sums.Bytes()}, file{"conffiles", 0o644, []byte(strings.Join(configured, "\n") + "\n")}), nil
}

// packed writes files and the folders above them, all of root and of one time.
func packed(files []file, made time.Time) ([]byte, error) {
	var b bytes.Buffer
	zip, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("couldn't compress: %w", err)
	}
	w := tar.NewWriter(zip)
	header := func(name string, kind byte, mode int64, size int) error {
		return w.WriteHeader(&tar.Header{Typeflag: kind, Name: "./" + name, Mode: mode, Size: int64(size), ModTime: made, Uname: "root", Gname: "root", Format: tar.FormatGNU})
	}
	err = header("", tar.TypeDir, 0o755, 0)
	for _, dir := range folders(files) {
		if err == nil {
			err = header(dir+"/", tar.TypeDir, 0o755, 0)
		}
	}
	for _, f := range files {
		if err == nil {
			err = header(f.path, tar.TypeReg, f.mode, len(f.body))
		}
		if err == nil {
			_, err = w.Write(f.body)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = zip.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't pack the files: %w", err)
	}
	return b.Bytes(), nil
}
