package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

//go:generate go run .

// public is where the icons stand, seen from here.
const public = "../public"

// pictures are the files that are drawn, each with the drawing it shows.
var pictures = []struct {
	file, drawing string
	size          int
}{
	{"icon-192.png", "icon.svg", 192},
	{"icon-512.png", "icon.svg", 512},
	{"icon-whole-192.png", "icon-whole.svg", 192},
	{"icon-whole-512.png", "icon-whole.svg", 512},
}

func main() {
	if err := drawAll(public); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// drawAll writes each picture anew.
func drawAll(dir string) error {
	for _, p := range pictures {
		drawn, err := draw(dir, p.drawing, p.size)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, drawn); err != nil {
			return fmt.Errorf("couldn't encode %s: %w", p.file, err)
		}
		if err := os.WriteFile(filepath.Join(dir, p.file), b.Bytes(), 0o644); err != nil { //nolint:gosec // everybody may see an icon
			return fmt.Errorf("couldn't write an icon: %w", err)
		}
	}
	return nil
}

// draw draws an SVG file as a square of so many pixels.
func draw(dir, drawing string, size int) (*image.NRGBA, error) {
	raw, err := os.ReadFile(filepath.Join(dir, drawing))
	if err != nil {
		return nil, fmt.Errorf("couldn't read the drawing: %w", err)
	}
	i, err := read(string(raw))
	if err != nil {
		return nil, fmt.Errorf("couldn't draw %s: %w", drawing, err)
	}
	return i.picture(size), nil
}
