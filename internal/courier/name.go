package courier

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrRefused says that a file, or an entry of one, can't be taken as it is: the same
// again has no chance.
var ErrRefused = errors.New("it can't be taken")

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrRefused, fmt.Errorf(format, args...))
}

// label is a name that a stranger chose as it is kept and shown: without folders, and
// with nothing in it that hides or rearranges.
func label(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return '_'
		}
		return r
	}, path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/")))
	for len(name) > NameBytesMax {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimSpace(name); name == "" || name == "." || name == ".." || name == "/" {
		return "unnamed"
	}
	return name
}

// checkName refuses a name in a listing that isn't that of a file in the same folder.
func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == ".." || len(name) > NameBytesMax:
		return refuse("its name is empty, or has more than %d bytes", NameBytesMax)
	case strings.ContainsAny(name, "/\\\x00"):
		return refuse("its name leads into another folder")
	case label(name) != name:
		return refuse("its name has characters that hide or rearrange; rename it")
	}
	return nil
}

// isPartial tells whether a name is that of a file which is still being written, or of
// one that says something about another.
func isPartial(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", doneMark, takenMark:
		return true
	}
	return false
}

const (
	doneMark  = ".done"  // beside a file of the same name before it: it is complete
	takenMark = ".taken" // behind the name of a file on a server that was taken
)

// oneLine is a text that may quote a stranger, as it is kept and shown.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(text, "_"))
}
