#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "tests/support/phantom/phantom.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace {

void addXray(CLI::App& app, phantom::XrayOptions& options, std::string& output)
{
    CLI::App* command = app.add_subcommand("xray", "Write a chest X-ray as one DICOM file");
    command->add_option("FILE", output, "The file to write")->required();
    command->add_option("--columns", options.columns, "Width in pixels")->capture_default_str();
    command->add_option("--rows", options.rows, "Height in pixels")->capture_default_str();
    command->add_flag("--monochrome1", options.monochrome1, "Low values are bright");
    command
        ->add_option(
            "--patient-orientation", options.patientOrientation, "(0020,0020), L\\F or R\\F; empty for unknown sides")
        ->capture_default_str();
    command->add_flag_callback(
        "--no-sides", [&options] { options.patientOrientation.clear(); }, "Leave the sides unknown");
    command->add_option("--bits", options.bitsStored, "Bits stored, 8 to 16")->capture_default_str();
    command->add_option("--pixel-spacing", options.pixelSpacingMm, "mm; 0 for none")->capture_default_str();
    command->add_option("--imager-pixel-spacing", options.imagerPixelSpacingMm, "mm at the detector; 0 for none")
        ->capture_default_str();
    command->add_flag("--dx", options.digital, "A DX object instead of CR");
    command->add_option("--opacity-column", options.opacityColumn, "Centre, fraction of the width")
        ->capture_default_str();
    command->add_option("--opacity-row", options.opacityRow, "Centre, fraction of the height")->capture_default_str();
    command->add_option("--opacity-radius", options.opacityRadius, "Fraction of the width; 0 for none")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "Decides UIDs and noise")->capture_default_str();
    command->callback([&] { phantom::writeXray(output, options); });
}

void addCt(CLI::App& app, phantom::CtOptions& options, std::string& output)
{
    CLI::App* command = app.add_subcommand("ct", "Write a chest CT as a folder of DICOM files");
    command->add_option("FOLDER", output, "The folder to write into")->required();
    command->add_option("--columns", options.columns, "Width in pixels")->capture_default_str();
    command->add_option("--rows", options.rows, "Height in pixels")->capture_default_str();
    command->add_option("--slices", options.slices, "Number of slices")->capture_default_str();
    command->add_option("--pixel-spacing", options.pixelSpacingMm, "mm")->capture_default_str();
    command->add_option("--slice-distance", options.sliceDistanceMm, "mm")->capture_default_str();
    command->add_option("--tilt", options.tiltDegrees, "Gantry tilt, degrees")->capture_default_str();
    command->add_flag("--shuffled", options.shuffled, "File names not in slice order");
    command->add_option("--seed", options.seed, "Decides the UIDs")->capture_default_str();
    command->callback([&] { phantom::writeCt(output, options); });
}

void addFromNifti(CLI::App& app, std::string& input, std::string& output, unsigned& seed)
{
    CLI::App* command =
        app.add_subcommand("from-nifti", "Write a NIfTI CT in Hounsfield units as a folder of DICOM files");
    command->add_option("INPUT", input, "The NIfTI or NRRD file")->required();
    command->add_option("FOLDER", output, "The folder to write into")->required();
    command->add_option("--seed", seed, "Decides the UIDs")->capture_default_str();
    command->callback([&] {
        imaging::Warnings warnings;
        phantom::writeCtFromVolume(output, *imaging::readImageFile(input, warnings), seed);
        for (const auto& warning : warnings)
            std::cerr << warning << '\n';
    });
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Writes phantom pictures as DICOM for tests and the demo");
    app.require_subcommand(1);
    phantom::XrayOptions xray;
    phantom::CtOptions ct;
    std::string xrayOutput, ctOutput, niftiInput, niftiOutput;
    unsigned seed = 1;
    addXray(app, xray, xrayOutput);
    addCt(app, ct, ctOutput);
    addFromNifti(app, niftiInput, niftiOutput, seed);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const imaging::Error& error) {
        std::cerr << "limn-phantom: " << error.what() << '\n';
        return error.kind() == imaging::ErrorKind::WrongUse ? 2 : 1;
    }
    return 0;
}
