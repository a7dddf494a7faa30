#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace nexus::sim {

/// One line of progress that redraws itself: "paris  ████▌     45 %  eta 12 s  81 blocks". It is
/// silent unless the caller says that it writes to a terminal. No clock is here.
///
/// Threading: none; one thread updates it.
class ProgressBar {
public:
    using WallSeconds = std::function<double()>;
    using Write = std::function<void(std::string_view)>;

    /// `wall_seconds` reads a clock that never goes back. `write` gets the bytes to send; by
    /// default they go to the standard error stream.
    ProgressBar(std::string label, bool is_tty, WallSeconds wall_seconds, Write write = {});
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar(ProgressBar&&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ProgressBar& operator=(ProgressBar&&) = delete;
    ~ProgressBar() { finish(); }

    /// `part` of the work is done, 0 to 1. Draws at most ten times a second, and asks for the time
    /// only when it is to draw; calling it after each event is cheap enough when silent.
    void update(double part, std::string_view detail = {});

    /// Erases the line. Later updates draw nothing.
    void finish();

private:
    void draw(double part, std::string_view detail, double elapsed);

    std::string label_;
    bool active_;
    bool drawn_ = false;
    WallSeconds wall_seconds_;
    Write write_;
    double started_ = 0;
    double drawn_at_ = 0;
};

}  // namespace nexus::sim
