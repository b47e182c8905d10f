package main

import (
	"syscall/js"
	"time"
)

func main() {
	js.Global().Set("pedigreeVerify", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) != 4 {
			return "{}"
		}
		return answer(take(args[0]), []byte(args[1].String()), take(args[2]), take(args[3]), time.Now())
	}))
	select {}
}

// take copies a Uint8Array.
func take(v js.Value) []byte {
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b
}
