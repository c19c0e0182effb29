// Command securecookie is Go's end of the cookies: it reads requests as JSON lines, and writes the values that gorilla/securecookie encodes and decodes.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/gorilla/securecookie"
)

// request asks for one value. Bytes are in base64, as encoding/json writes them by itself; a null key is nil.
type request struct {
	Op        string   `json:"op"` // "encode" or "decode"
	Keys      [][]byte `json:"keys"`
	Name      string   `json:"name"`
	ID        []byte   `json:"id"`
	Value     string   `json:"value"`
	MaxAge    *int     `json:"maxAge"`
	MaxLength *int     `json:"maxLength"`
}

// result contains the value or an error.
type result struct {
	ID    []byte `json:"id"`
	Value string `json:"value"`
	Error string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	requests := json.NewDecoder(lines)
	out := bufio.NewWriter(os.Stdout)
	results := json.NewEncoder(out)
	for requests.More() {
		var r request
		if err := requests.Decode(&r); err != nil {
			log.Fatal(err)
		}
		if err := results.Encode(encodeOrDecode(r)); err != nil {
			log.Fatal(err)
		}
		// A caller may wait for each result before it sends the next request.
		if lines.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				log.Fatal(err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func encodeOrDecode(r request) result {
	codecs := securecookie.CodecsFromPairs(r.Keys...)
	for _, codec := range codecs {
		if s, ok := codec.(*securecookie.SecureCookie); ok {
			if r.MaxAge != nil {
				s.MaxAge(*r.MaxAge)
			}
			if r.MaxLength != nil {
				s.MaxLength(*r.MaxLength)
			}
		}
	}
	switch r.Op {
	case "encode":
		value, err := securecookie.EncodeMulti(r.Name, string(r.ID), codecs...)
		if err != nil {
			return result{Error: err.Error()}
		}
		return result{Value: value}
	case "decode":
		var id string
		if err := securecookie.DecodeMulti(r.Name, r.Value, &id, codecs...); err != nil {
			return result{Error: err.Error()}
		}
		return result{ID: []byte(id)}
	}
	return result{Error: "unknown op " + r.Op}
}
