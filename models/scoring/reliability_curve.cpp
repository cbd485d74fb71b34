#include "models/scoring/reliability_curve.h"

#include <string>

namespace models::scoring {

namespace {

constexpr double kSide = 300;
constexpr double kLeft = 60;
constexpr double kTop = 20;

double across(double score)
{
    return kLeft + kSide * score;
}

double down(double share)
{
    return kTop + kSide * (1 - share);
}

/// "x,y", in tenths of a pixel whatever the locale.
std::string place(double score, double share)
{
    const auto tenths = [](double value) {
        const auto rounded = static_cast<long>(10 * value + 0.5);
        return std::to_string(rounded / 10) + "." + std::to_string(rounded % 10);
    };
    return tenths(across(score)) + "," + tenths(down(share));
}

std::string line(const std::string& from, const std::string& to, const char* look)
{
    return "<path d=\"M" + from + " L" + to + "\" " + look + "/>\n";
}

std::string word(double x, double y, const std::string& text, const char* anchor, const char* more = "")
{
    return "<text x=\"" + std::to_string(static_cast<int>(x)) + "\" y=\"" + std::to_string(static_cast<int>(y)) + "\" text-anchor=\""
        + anchor + "\"" + more + ">" + text + "</text>\n";
}

std::string axes()
{
    constexpr const char* kThin = "stroke=\"#bbb\"";
    std::string drawn;
    for (int tick = 0; tick <= 4; ++tick) {
        const double value = tick / 4.0;
        const std::string name = std::to_string(25 * tick);
        drawn += line(place(value, 0), place(value, 1), kThin) + line(place(0, value), place(1, value), kThin);
        drawn += word(across(value), kTop + kSide + 18, tick % 4 == 0 ? std::to_string(tick / 4) : "0." + std::to_string(25 * tick), "middle");
        drawn += word(kLeft - 8, down(value) + 4, name + " %", "end");
    }
    drawn += word(across(0.5), kTop + kSide + 38, "score", "middle");
    return drawn + word(16, down(0.5), "share that fits", "middle", " transform=\"rotate(-90 16 170)\"");
}

} // namespace

std::string reliabilityCurve(const MatchCalibration& calibration)
{
    if (calibration.points.empty())
        return {};
    std::string curve;
    std::string dots;
    for (const auto& [score, share] : calibration.points) {
        const auto at = place(score, share);
        curve += (curve.empty() ? "M" : " L") + at;
        dots += "<circle cx=\"" + at.substr(0, at.find(',')) + "\" cy=\"" + at.substr(at.find(',') + 1) + "\" r=\"4\" fill=\"#0072b2\"/>\n";
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 380 370\" width=\"380\" height=\"370\" "
           "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"380\" height=\"370\" fill=\"#fff\"/>\n"
        + axes() + line(place(0, 0), place(1, 1), "stroke=\"#888\" stroke-dasharray=\"6 4\"")
        + line(place(calibration.threshold, 0), place(calibration.threshold, 1), "stroke=\"#d55e00\" stroke-dasharray=\"2 3\"")
        + "<path d=\"" + curve + "\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2\"/>\n" + dots + "</svg>\n";
}

} // namespace models::scoring
