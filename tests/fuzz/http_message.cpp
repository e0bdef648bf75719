// The parser of replies is the transport's own affair, as is Beast: it has no header. So the whole file
// stands here.
#include "provisioner/https.cpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"

// HTTP/1.1: Reply (the size of the pieces it comes in, whether the stream ends behind it, and its bytes) or
// reQuest (method, host, target, bearer, content type, body, then names and values of headers, each ending
// with 0x1f).

namespace poolwright::fuzz {

namespace {

using namespace provisioner;

constexpr std::size_t largest_reply = 4096;

// A reply that came in pieces of that size.
struct received {
    std::string failure;  // empty: none
    bool complete = false;
    http_reply reply;
    std::size_t left = 0;  // bytes that do not belong to it
};

received receive(std::string_view bytes, std::size_t piece, bool ends) {
    reply_parser parser(largest_reply);
    wiped_string incoming;
    received out;
    while (!parser.is_done() && !bytes.empty()) {
        auto const next = bytes.substr(0, piece);
        incoming.append(next);
        bytes.remove_prefix(next.size());
        if (auto const failed = feed(parser, incoming)) {
            out.failure = plain(failed, largest_reply);
            return out;
        }
    }
    if (!parser.is_done() && ends) {
        endpoint const somewhere{"server.example", 443};
        trip const to{somewhere, std::chrono::seconds(30)};
        if (auto const failed = end_of_reply(parser, asio::error::eof, to)) {
            out.failure = failed->text;
            return out;
        }
    }
    out.complete = parser.is_done();
    out.left = incoming.size() + bytes.size();
    if (out.complete) out.reply = parser.take();
    return out;
}

void check_reply(received const& got) {
    require(got.failure.find_first_of("\r\n") == std::string::npos, "a failure is said in one line");
    if (!got.complete) return;
    require(got.reply.status >= 100 && got.reply.status <= 999, "a status has three digits");
    require(got.reply.body.size() <= largest_reply, "a body has its limit");
    std::size_t size = 0;
    for (auto const& [name, value] : got.reply.headers) {
        require(!name.empty() && is_header_value(name) && is_header_value(value), "a header is on one line");
        size += name.size() + value.size();
    }
    require(size <= largest_header, "the headers have their limit");
}

// Whether a reply that is not complete is known to be malformed already may depend on the pieces.
bool is_same(received const& a, received const& b) {
    if (!a.complete || !b.complete) return a.complete == b.complete;
    return a.left == b.left && a.reply.status == b.reply.status && a.reply.headers == b.reply.headers &&
           a.reply.body.reveal() == b.reply.body.reveal();
}

void fuzz_reply(std::string_view bytes, std::size_t piece, bool ends) {
    auto const whole = receive(bytes, bytes.size() + 1, ends);
    check_reply(whole);
    auto const parts = receive(bytes, piece, ends);
    check_reply(parts);
    require(is_same(whole, parts), "in which pieces a reply comes changes nothing");
}

// The lines of a request's head, and its body.
struct read_request {
    std::vector<std::string> lines;
    std::string body;
};

read_request read_bytes(std::string_view bytes) {
    read_request out;
    while (true) {
        auto const end = bytes.find("\r\n");
        require(end != std::string_view::npos, "the head of a request ends");
        auto const line = bytes.substr(0, end);
        bytes.remove_prefix(end + 2);
        if (line.empty()) break;
        require(line.find_first_of("\r\n") == std::string_view::npos, "a line has no break in it");
        out.lines.emplace_back(line);
    }
    out.body = bytes;
    return out;
}

std::size_t count_of(std::vector<std::string> const& lines, std::string_view name) {
    return static_cast<std::size_t>(
        std::count_if(lines.begin() + 1, lines.end(), [&](std::string const& line) {
            return same_header(std::string_view(line).substr(0, line.find(':')), name);
        }));
}

// Nothing that was put into a request makes another line, another header or another request of it.
void check_written(http_request const& request) {
    wiped_string bytes;
    write_request(bytes, request, "poolwright");
    auto const read = read_bytes(bytes);
    require(read.body == request.body.reveal(), "the body is as it was");
    require(read.lines.front() == std::string(to_string(request.method)) + ' ' + request.target + " HTTP/1.1",
            "the first line is the request's");
    std::size_t const expected = 3 + request.headers.size() + (request.bearer ? 1 : 0) +
                                 (request.content_type.empty() ? 0 : 1) +
                                 count_of(read.lines, "Content-Length");
    bool const accepts = std::any_of(request.headers.begin(), request.headers.end(),
                                     [](auto const& each) { return same_header(each.first, "Accept"); });
    require(read.lines.size() + (accepts ? 1 : 0) == expected + 1,
            "there is a line for every header and no other");
    for (auto const* name : {"Host", "User-Agent"})
        require(count_of(read.lines, name) == 1, "some stand there once");
    require(count_of(read.lines, "Content-Length") <= 1 && count_of(read.lines, "Transfer-Encoding") == 0,
            "where a request ends is said once");
    if (count_of(read.lines, "Content-Length") == 0) require(read.body.empty(), "a body has its length");
    for (auto const& [name, value] : request.headers)
        require(std::find(read.lines.begin(), read.lines.end(), name + ": " + value) != read.lines.end(),
                "a header is as it was");
}

void fuzz_request(input in) {
    http_request request;
    request.method = static_cast<http_method>(in.byte() % 5);
    request.to.host = in.text();
    request.target = in.text();
    if (auto const bearer = in.text(); !bearer.empty())
        request.bearer = std::make_shared<secret const>(bearer);
    request.content_type = in.text();
    request.body = secret(in.text());
    while (!in.empty()) {
        std::string const name(in.text());
        request.headers.emplace_back(name, in.text());
    }
    try {
        check(request);
    } catch (std::invalid_argument const&) {
        return;
    }
    check_written(request);
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    switch (in.byte()) {
        case 'R': {
            std::size_t const piece = 1 + in.byte();
            bool const ends = in.byte() == 'e';
            return fuzz_reply(in.rest(), piece, ends);
        }
        case 'Q':
            return fuzz_request(in);
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
