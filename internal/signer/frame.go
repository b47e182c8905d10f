package signer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

var errTooLong = fmt.Errorf("it has more than %d bytes", frameBytesMax)

// The first byte of a frame. What follows belongs to the caller.
const (
	frameBeat byte = 0 // answered by a beat
	frameBusy byte = 1 // another connection lives; nothing follows
	frameText byte = 2
)

var errKind = errors.New("a frame of a kind that this program doesn't know")

func writeFrame(w io.Writer, kind byte, text []byte) error {
	if len(text) > frameBytesMax {
		return errTooLong
	}
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 5+len(text)), uint32(1+len(text)))
	out = append(append(out, kind), text...)
	_, err := w.Write(out)
	return err
}

func readFrame(r io.Reader) (kind byte, text []byte, err error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || n > 1+frameBytesMax {
		return 0, nil, errTooLong
	}
	text = make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return 0, nil, err
	}
	if kind, text = text[0], text[1:]; kind > frameText || kind != frameText && len(text) > 0 {
		return 0, nil, errKind
	}
	return kind, text, nil
}
