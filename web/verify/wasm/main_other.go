//go:build !js

package main

import (
	"fmt"
	"os"
	"time"
)

// main does here what the page does in a browser, so that both can be compared:
// wasm object-file trust-file.
func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: wasm FILE TRUST; build it for browsers with go run ./web/verify/build")
		os.Exit(2)
	}
	object, err := os.ReadFile(os.Args[1])
	if err == nil {
		var trust []byte
		if trust, err = os.ReadFile(os.Args[2]); err == nil {
			fmt.Println(answer(object, trust, nil, nil, time.Now()))
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
