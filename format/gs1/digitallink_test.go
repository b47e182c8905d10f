package gs1

import (
	"errors"
	"strings"
	"testing"
)

func TestDigitalLinksAreReadAsTheyComeInUse(t *testing.T) {
	const pack = "^01003000101234552" + "11001"
	for _, c := range []struct{ name, link, want string }{
		{"the canonical domain", "https://id.gs1.org/01/00300010123455/21/1001", pack},
		{"a domain of one's own, a port and a stem", "http://example.com:8080/a/b-c/d.e/01/00300010123455/21/1001", pack},
		{"an address of numbers", "https://192.0.2.1/01/00300010123455/21/1001", pack},
		{"an address of six bytes in brackets", "https://[2001:db8::1]:443/01/00300010123455/21/1001", pack},
		{"scheme and domain in capitals", "HTTPS://EXAMPLE.COM/01/00300010123455/21/1001", pack},
		{"a stem that has an AI and no value", "https://example.com/21/x/01/00300010123455/21/1001", pack},
		{"a stem that has a pair like a key", "https://example.com/414/0300010000015/01/00300010123455/21/1001", pack},
		{"words for keys", "https://example.com/gtin/00300010123455/ser/1001", pack},
		{"words and numbers mixed", "https://example.com/gtin/00300010123455/21/1001", pack},
		{"words for lot and serial", "https://example.com/gtin/00300010123455/lot/L1/ser/1001", "^010030001012345510L1^211001"},
		{"words for variant, lot and serial", "/gtin/00300010123455/cpv/V/lot/L1/ser/1001", "^010030001012345522V^10L1^211001"},
		{"words for a place", "/gln/0300010000015/glnx/D1", "^4140300010000015254D1"},
		{"words for a payment", "/payTo/0300010000015/refno/R1", "^41503000100000158020R1"},
		{"a GTIN-13", "https://example.com/01/4012345111118", "^0104012345111118"},
		{"a GTIN-12", "https://example.com/01/300010123455/21/1001", pack},
		{"a GTIN-8", "https://example.com/01/02345673", "^0100000002345673"},
		{"a GTIN-13 behind a word", "https://example.com/gtin/4012345111118", "^0104012345111118"},
		{"a slash at the end", "https://example.com/01/00300010123455/21/1001/", pack},
		{"a query that isn't GS1's", "https://example.com/01/00300010123455/21/1001?lang=en&linkType=gs1:pip", pack},
		{"attributes in the query", "/01/00300010123455/21/1001?17=271231&3103=000195", pack + "^172712313103000195"},
		{"attributes with semicolons between", "/01/00300010123455/21/1001?17=271231;3103=000195", pack + "^172712313103000195"},
		{"a semicolon within a value", "/01/00300010123455/21/1001?240=a;b", pack + "^240a;b"},
		{"a fragment", "/01/00300010123455/21/1001#17=999999", pack},
		{"a fragment behind a query", "/01/00300010123455/21/1001?17=271231#/01/1", pack + "^17271231"},
		{"an empty query", "/01/00300010123455/21/1001?", pack},
		{"empty parameters", "/01/00300010123455/21/1001?&&x&=1&", pack},
		{"escapes in either case", "/01/00300010123455/21/%2f%2F%25", "^010030001012345521//%"},
		{"an escape of a letter", "/01/00300010123455/%32%31/1001", ""},
		{"a plus in the path", "/01/00300010123455/21/a+b", "^010030001012345521a+b"},
		{"the same AI twice with the same value", "/01/00300010123455/21/1001?21=1001", pack},
		{"the same AI twice with another value", "/01/00300010123455/21/1001?21=1002", ""},
		{"the same attribute twice", "/01/00300010123455?17=271231&17=271231", "^010030001012345517271231"},
		{"the qualifiers out of order", "/01/00300010123455/21/1/10/L1", ""},
		{"the variant after the lot", "/01/00300010123455/10/L1/22/V", ""},
		{"the qualifiers in order, one left out", "/01/00300010123455/22/V/21/1", "^010030001012345522V^211"},
		{"a third-party serial beside a serial", "/01/00300010123455/21/1/235/T", ""},
		{"a key behind a key's value", "/01/00300010123455/00/103000102345678901", "^00103000102345678901"},
		{"no scheme", "example.com/01/00300010123455", ""},
		{"another scheme", "ftp://example.com/01/00300010123455", ""},
		{"a mail address", "mailto://example.com/01/00300010123455", ""},
		{"a domain without a path", "https://example.com?01=00300010123455", ""},
		{"the key in the query only", "https://example.com/?01=00300010123455", ""},
		{"a value missing", "https://example.com/01", ""},
		{"two slashes at the end", "https://example.com/01/00300010123455//", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			scan, err := ParseDigitalLink(c.link)
			if (err == nil) != (c.want != "") || err == nil && caret(scan.Elements) != c.want {
				t.Errorf("got %s, %v, want %s", caret(scan.Elements), err, c.want)
			}
		})
	}
}

func TestEveryWordOfTheFirstVersionsIsAnAIOfAPath(t *testing.T) {
	for _, k := range alphaKeys {
		spec := ais.exact(k.ai)
		if spec == nil {
			t.Errorf("%s stands for %s, which isn't an AI", k.word, k.ai)
			continue
		}
		if isQualifierOfSome := strings.Contains(" 22 10 21 254 8011 8019 8020 ", " "+k.ai+" "); !spec.Key && !isQualifierOfSome {
			t.Errorf("%s stands for %s, which has no place in a path", k.word, k.ai)
		}
	}
}

func TestCompressedLinksAreRefusedClearly(t *testing.T) {
	for _, link := range []string{"https://example.com/ARHKVAdpQgqrpYfj", "https://example.com/stem/AQnYUc1gmiCNV4JG"} {
		_, err := ParseDigitalLink(link)
		var refused *Error
		if !errors.As(err, &refused) || refused.Rule != RuleCompressed || !strings.Contains(refused.Remedy, "uncompressed") {
			t.Errorf("%s: got %v", link, err)
		}
	}
}
