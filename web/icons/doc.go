// Command icons draws the console's icons as PNG files from its SVG files, for phones and
// desktops that install the console and take no SVG.
//
// Standards: Web Application Manifest (icons of 192 and 512 pixels, purposes any and
// maskable), PNG.
//
// What it keeps true:
//   - the SVG files are the drawing; a form of them that it can't read is an error, and
//     never another picture;
//   - the pictures that the console is built from are the ones that it draws, which a test
//     holds.
//
// Run it with go generate ./web/icons.
package main
